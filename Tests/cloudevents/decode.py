"""Decodes HTTP messages with the CloudEvents SDK: one JSON object a line in the file named first, with "headers" and "body".

Prints one JSON object a line for each event, with all its attributes and its data.
"""

import json
import sys

from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent


def events(message):
    headers, body = message["headers"], message["body"].encode()
    if headers["Content-Type"].startswith("application/cloudevents-batch+json"):
        # The SDK reads no batches: each element is an event in the JSON format.
        for element in json.loads(body):
            yield JSONFormat().read(CloudEvent, json.dumps(element).encode())
    else:
        yield from_http_event(HTTPMessage(headers=headers, body=body))


with open(sys.argv[1], encoding="utf-8") as lines:
    for line in lines:
        for event in events(json.loads(line)):
            attributes = {name: str(value) for name, value in event.get_attributes().items()}
            print(json.dumps({"attributes": attributes, "data": event.get_data()}, sort_keys=True))
