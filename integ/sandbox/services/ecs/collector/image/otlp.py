"""Reads OTLP requests into records: one for each span, or for each data point of a metric."""

import base64
import json
from dataclasses import dataclass
from types import SimpleNamespace

from google.protobuf import json_format

IDS = ("traceId", "spanId", "parentSpanId")


@dataclass
class Record:
    attributes: dict
    resource: dict
    scope: str
    # The span or the data point, and the metric of a data point.
    value: object
    metric: object = None


def spans_of(request):
    for group in request.resource_spans:
        resource = dict_of(group.resource.attributes)
        for scope in group.scope_spans:
            for span in scope.spans:
                yield Record(dict_of(span.attributes), resource, scope.scope.name, span)


def metrics_of(request):
    for group in request.resource_metrics:
        resource = dict_of(group.resource.attributes)
        for scope in group.scope_metrics:
            for metric in scope.metrics:
                kind = metric.WhichOneof("data")
                data = getattr(metric, kind) if kind else SimpleNamespace(data_points=[])
                for point in data.data_points:
                    yield Record(dict_of(point.attributes), resource, scope.scope.name, point, metric)


def dict_of(pairs):
    return {pair.key: value_of(pair.value) for pair in pairs}


def value_of(value):
    kind = value.WhichOneof("value")
    if kind is None:
        return None
    if kind == "array_value":
        return [value_of(one) for one in value.array_value.values]
    if kind == "kvlist_value":
        return dict_of(value.kvlist_value.values)
    if kind == "bytes_value":
        return base64.b64encode(value.bytes_value).decode()
    return getattr(value, kind)


def parse_json(text, message):
    """Documented: "OTLP/HTTP", JSON Protobuf encoding: ids are hexadecimal, where Protobuf's own JSON has Base64."""
    return json_format.ParseDict(with_base64_ids(json.loads(text)), message, ignore_unknown_fields=True)


def with_base64_ids(value):
    if isinstance(value, list):
        return [with_base64_ids(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: base64.b64encode(bytes.fromhex(one)).decode() if name in IDS and isinstance(one, str) else with_base64_ids(one)
        for name, one in value.items()
    }
