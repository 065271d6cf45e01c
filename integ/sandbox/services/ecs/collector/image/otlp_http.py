"""Sends metrics to CloudWatch's endpoint for OTLP, signed like the collector's otlphttp exporter with the extension sigv4auth."""

import gzip
import json
import os
import urllib.error
import urllib.request

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList

PROTOBUF = "application/x-protobuf"
TIMEOUT_SECONDS = 30


class OtlpHttpExporter:
    def __init__(self, settings, extensions):
        signing = extensions[settings["auth"]["authenticator"]]
        self.url = here(settings["metrics_endpoint"])
        self.service, self.region = signing["service"], signing["region"]
        self.session = boto3.Session()

    def export(self, records):
        body = gzip.compress(request_of(records).SerializeToString())
        headers = {"content-type": PROTOBUF, "content-encoding": "gzip"}
        signed = AWSRequest("POST", self.url, headers=headers, data=body)
        SigV4Auth(self.session.get_credentials().get_frozen_credentials(), self.service, self.region).add_auth(signed)
        request = urllib.request.Request(self.url, data=body, headers=dict(signed.headers), method="POST")
        try:
            urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS).close()
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{error.code} {error.read(500).decode(errors='replace')}") from None


def here(url):
    """The sandbox is at one address for all services, which the AWS SDK takes from the same variable."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    return url if endpoint is None else f"{endpoint.rstrip('/')}/{url.split('/', 3)[3]}"


def request_of(records):
    """One request of all data points, with the attributes that the processors left."""
    request = ExportMetricsServiceRequest()
    resources, scopes, metrics = {}, {}, {}
    for record in records:
        resource = json.dumps(record.resource, sort_keys=True)
        if resource not in resources:
            resources[resource] = request.resource_metrics.add()
            resources[resource].resource.attributes.extend(pairs_of(record.resource))
        scope = (resource, record.scope)
        if scope not in scopes:
            scopes[scope] = resources[resource].scope_metrics.add()
            scopes[scope].scope.name = record.scope
        kind = record.metric.WhichOneof("data")
        # The same metric of two exports has the same description, but each its own points.
        metric = (scope, record.metric.name, kind)
        if metric not in metrics:
            metrics[metric] = added(scopes[scope].metrics, record.metric, kind)
        point = metrics[metric].data_points.add()
        point.CopyFrom(record.value)
        del point.attributes[:]
        point.attributes.extend(pairs_of(record.attributes))
    return request


def added(metrics, described, kind):
    """A metric without points, and what holds its points."""
    metric = metrics.add(name=described.name, description=described.description, unit=described.unit)
    data, own = getattr(metric, kind), getattr(described, kind)
    data.SetInParent()
    if kind != "gauge" and kind != "summary":
        data.aggregation_temporality = own.aggregation_temporality
    if kind == "sum":
        data.is_monotonic = own.is_monotonic
    return data


def pairs_of(values):
    return [KeyValue(key=name, value=any_value(value)) for name, value in values.items() if value is not None]


def any_value(value):
    if isinstance(value, bool):
        return AnyValue(bool_value=value)
    if isinstance(value, int):
        return AnyValue(int_value=value)
    if isinstance(value, float):
        return AnyValue(double_value=value)
    if isinstance(value, list):
        return AnyValue(array_value=ArrayValue(values=[any_value(one) for one in value]))
    if isinstance(value, dict):
        return AnyValue(kvlist_value=KeyValueList(values=pairs_of(value)))
    return AnyValue(string_value=str(value))
