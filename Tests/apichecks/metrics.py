"""Reads a page of metrics with Prometheus' own parsers: metrics.py openmetrics|text FILE prints "samples families"."""

import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as text

with open(sys.argv[2], encoding="utf-8") as page:
    families = list({"openmetrics": openmetrics, "text": text}[sys.argv[1]](page.read()))
for family in families:
    assert family.documentation, f"{family.name} says nothing of itself"
    assert family.type != "unknown", f"{family.name} has no type"
print(sum(len(family.samples) for family in families), len(families))
