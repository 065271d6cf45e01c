"""Writes metrics to a log group in the embedded metric format, with the mapping of the collector's awsemf exporter."""

import json

import boto3

from processors import as_string

UNITS = {"ms": "Milliseconds", "s": "Seconds", "us": "Microseconds", "By": "Bytes", "Bi": "Bits"}
CUMULATIVE = 2
STREAM_ATTRIBUTES = {
    "TaskId": "aws.ecs.task.id",
    "ClusterName": "aws.ecs.cluster.name",
    "ServiceName": "service.name",
    "TaskDefinitionFamily": "aws.ecs.task.family",
}


class EmfExporter:
    def __init__(self, settings):
        self.settings = settings
        self.client = boto3.client("logs", region_name=settings.get("region"))
        self.last = {}

    def export(self, records):
        groups = {}
        for record in records:
            value = self.value_of(record)
            if value is None:
                continue
            labels = {name: as_string(one) for name, one in record.attributes.items()}
            if record.scope:
                labels["OTelLib"] = record.scope
            milliseconds = record.value.time_unix_nano // 1_000_000
            key = (json.dumps(labels, sort_keys=True), milliseconds, self.stream_of(record.resource))
            groups.setdefault(key, []).append((record.metric, value))
        for (labels, milliseconds, stream), metrics in groups.items():
            self.put(stream, milliseconds, self.line_of(json.loads(labels), milliseconds, metrics))

    def value_of(self, record):
        """The number or the statistics of a data point. A cumulative sum becomes a difference, without its first value."""
        kind, point = record.metric.WhichOneof("data"), record.value
        if kind == "histogram":
            return {"Max": point.max, "Min": point.min, "Count": point.count, "Sum": point.sum}
        if kind not in ("gauge", "sum"):
            print(f"{record.metric.name}: the receiver of the sandbox does not export metrics of the type {kind}")
            return None
        value = getattr(point, point.WhichOneof("value"))
        if kind == "gauge" or record.metric.sum.aggregation_temporality != CUMULATIVE:
            return value
        key = (record.metric.name, json.dumps([record.attributes, record.resource, record.scope], sort_keys=True))
        before = self.last.get(key)
        self.last[key] = value
        if before is None:
            return None
        return value - before if value >= before else value

    def line_of(self, labels, milliseconds, metrics):
        described = [
            {"Name": metric.name, **({"Unit": UNITS.get(metric.unit, metric.unit)} if metric.unit else {})} for metric, _ in metrics
        ]
        measurement = {"Namespace": self.settings["namespace"], "Dimensions": [list(labels)], "Metrics": described}
        values = {metric.name: value for metric, value in metrics}
        return json.dumps({**labels, **values, "_aws": {"CloudWatchMetrics": [measurement], "Timestamp": milliseconds}})

    def stream_of(self, resource):
        stream = self.settings["log_stream_name"]
        for name, attribute in STREAM_ATTRIBUTES.items():
            stream = stream.replace(f"{{{name}}}", str(resource.get(attribute, "undefined")))
        return stream

    def put(self, stream, milliseconds, message):
        place = {"logGroupName": self.settings["log_group_name"], "logStreamName": stream}
        events = [{"timestamp": milliseconds, "message": message}]
        try:
            self.client.put_log_events(**place, logEvents=events)
        except self.client.exceptions.ResourceNotFoundException:
            self.client.create_log_stream(**place)
            self.client.put_log_events(**place, logEvents=events)
