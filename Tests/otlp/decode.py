#!/usr/bin/env python3
"""Reads OTLP log requests with OpenTelemetry's own package.

    decode.py FILE...        one JSON object per record: its resource, body, event name, severity, times, attributes;
                             and whether the package writes the request with the very same bytes
    decode.py --ids FILE...  only the event id of each record

A file is one body of a request: `.json` or `.pb`, with `.gz` behind it when it is compressed.
"""
import gzip
import json
import sys

from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest


def value(any_value):
    return getattr(any_value, any_value.WhichOneof("value"))


def attributes(pairs):
    return {pair.key: value(pair.value) for pair in pairs}


def request(path):
    with open(path, "rb") as file:
        body = file.read()
    if path.endswith(".gz"):
        body, path = gzip.decompress(body), path[:-3]
    if path.endswith(".json"):
        return json_format.Parse(body, ExportLogsServiceRequest()), True
    message = ExportLogsServiceRequest.FromString(body)
    return message, message.SerializeToString(deterministic=True) == body


def main():
    only_ids = sys.argv[1] == "--ids"
    for path in sys.argv[2 if only_ids else 1:]:
        message, is_same = request(path)
        for logs in message.resource_logs:
            resource = attributes(logs.resource.attributes)
            for scope in logs.scope_logs:
                for record in scope.log_records:
                    found = attributes(record.attributes)
                    if only_ids:
                        print(found["cloudevents.event_id"])
                        continue
                    print(json.dumps({
                        "isSame": is_same, "resource": resource, "scope": scope.scope.name,
                        "time": record.time_unix_nano, "observed": record.observed_time_unix_nano,
                        "severity": record.severity_number, "severityText": record.severity_text,
                        "eventName": record.event_name, "body": value(record.body), "attributes": found,
                    }))


main()
