"""Sends spans to X-Ray as segment documents, with the mapping of the collector's awsxray exporter.

Only attributes with a single value become annotations, as there: an array among the indexed attributes is dropped.
"""

import json
import re

import boto3
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

# Documented: PutTraceSegments takes documents of at most 64 KB; the exporter sends 50 at once.
SEGMENTS_PER_CALL = 50


class XRayExporter:
    def __init__(self, settings):
        self.indexed = settings.get("indexed_attributes", [])
        self.client = boto3.client("xray", region_name=settings.get("region"))

    def export(self, records):
        documents = [json.dumps(segment_of(record, self.indexed)) for record in records]
        for at in range(0, len(documents), SEGMENTS_PER_CALL):
            reply = self.client.put_trace_segments(TraceSegmentDocuments=documents[at : at + SEGMENTS_PER_CALL])
            for one in reply.get("UnprocessedTraceSegments", []):
                print(f"X-Ray did not take a segment: {one}")


def segment_of(record, indexed):
    span, attributes, resource = record.value, record.attributes, record.resource
    trace, parent = span.trace_id.hex(), span.parent_span_id.hex()
    is_subsegment = span.kind != Span.SPAN_KIND_SERVER and parent != ""
    annotations = {
        re.sub(r"[^A-Za-z0-9.]", "_", name): attributes[name]
        for name in indexed
        if isinstance(attributes.get(name), (str, bool, int, float))
    }
    metadata = {name: value for name, value in attributes.items() if name not in indexed}
    if not is_subsegment:
        metadata |= {f"otel.resource.{name}": value for name, value in resource.items()}
    document = {
        "id": span.span_id.hex(),
        "trace_id": f"1-{trace[:8]}-{trace[8:]}",
        "name": name_of(span, attributes, resource),
        "start_time": span.start_time_unix_nano / 1e9,
        "end_time": span.end_time_unix_nano / 1e9,
        "parent_id": parent,
        "type": "subsegment" if is_subsegment else "",
        "namespace": "remote" if span.kind == Span.SPAN_KIND_CLIENT else "",
        "origin": "AWS::ECS::Fargate" if resource.get("aws.ecs.launchtype") == "fargate" else "",
        "http": http_of(attributes),
        "annotations": annotations,
        "metadata": {"default": metadata} if metadata else {},
        **outcome_of(span, status_of(attributes)),
    }
    return {name: value for name, value in document.items() if value not in ("", {}, None)}


def name_of(span, attributes, resource):
    given = attributes.get("peer.service") or (resource.get("service.name") if span.kind == Span.SPAN_KIND_SERVER else None)
    return given or re.sub(r"[^ \w.:/%&#=+\-@]", "", span.name)[:200] or "span"


def status_of(attributes):
    return attributes.get("http.response.status_code", attributes.get("http.status_code"))


def http_of(attributes):
    method = attributes.get("http.request.method", attributes.get("http.method"))
    url = attributes.get("url.full", attributes.get("http.url", attributes.get("url.path", attributes.get("http.target"))))
    status = status_of(attributes)
    request = {name: value for name, value in {"method": method, "url": url}.items() if value is not None}
    return {
        name: value for name, value in {"request": request, "response": {} if status is None else {"status": status}}.items() if value
    }


def outcome_of(span, status):
    if status is None:
        return {"fault": True} if span.status.code == Status.STATUS_CODE_ERROR else {}
    if status >= 500:
        return {"fault": True}
    return {"error": True, **({"throttle": True} if status == 429 else {})} if status >= 400 else {}
