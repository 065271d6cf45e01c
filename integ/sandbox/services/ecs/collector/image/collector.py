"""An OTLP receiver that sends spans to X-Ray and metrics to CloudWatch, configured like the AWS Distro for OpenTelemetry.

The sandbox checks the configuration before it starts a task, so it is read here without checks.
"""

import gzip
import json
import os
import queue
import signal
import sys
import threading
from concurrent import futures
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Before what takes long to import: on a machine with few processors, the program beside it starts and answers first.
os.nice(10)

import grpc
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2 as metrics
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2_grpc as metrics_grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as traces
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc as traces_grpc

from emf import EmfExporter
from otlp import metrics_of, parse_json, spans_of
from otlp_http import OtlpHttpExporter
from processors import processors_of
from xray import XRayExporter

CONFIGURATION = json.loads(os.environ["AOT_CONFIG_CONTENT"])
PROTOCOLS = CONFIGURATION["receivers"]["otlp"]["protocols"]
EXPORTERS = {
    "awsxray": XRayExporter,
    "awsemf": EmfExporter,
    "otlphttp": lambda settings: OtlpHttpExporter(settings, CONFIGURATION["extensions"]),
}


class Pipeline:
    """Processes what a receiver gets in a thread of its own, in batches."""

    def __init__(self, name, read):
        settings = CONFIGURATION["service"]["pipelines"][name]
        self.read = read
        self.processors, self.batch_seconds, self.batch_size = processors_of(settings.get("processors", []), CONFIGURATION)
        self.exporters = [EXPORTERS[one.split("/")[0]](CONFIGURATION["exporters"].get(one) or {}) for one in settings["exporters"]]
        self.queue = queue.Queue(1000)
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def accept(self, request):
        self.queue.put(request)

    def run(self):
        while not (self.ending.is_set() and self.queue.empty()):
            try:
                batch = [self.queue.get(timeout=0.2)]
            except queue.Empty:
                continue
            self.ending.wait(self.batch_seconds)
            while not self.queue.empty():
                batch.append(self.queue.get())
            records = [record for request in batch for record in self.read(request)]
            for record in records:
                for process in self.processors:
                    process(record)
            size = self.batch_size or max(1, len(records))
            for at in range(0, len(records), size):
                self.export(records[at : at + size])

    def export(self, records):
        for exporter in self.exporters:
            try:
                exporter.export(records)
            except Exception as error:  # A failing exporter must not stop the next batch.
                print(f"{type(exporter).__name__}: {error}", file=sys.stderr)

    def close(self):
        self.ending.set()
        self.thread.join()


READERS = {"traces": spans_of, "metrics": metrics_of}
REQUESTS = {"traces": traces.ExportTraceServiceRequest, "metrics": metrics.ExportMetricsServiceRequest}
RESPONSES = {"traces": traces.ExportTraceServiceResponse, "metrics": metrics.ExportMetricsServiceResponse}
PIPELINES = {name: Pipeline(name, READERS[name]) for name in CONFIGURATION["service"]["pipelines"]}


class Http(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.body()
        name = self.path.removeprefix("/v1/")
        if name not in PIPELINES:
            return self.answer(404, "text/plain", b"404 page not found")
        kind = self.headers.get_content_type()
        try:
            text = gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body
            if kind == "application/json":
                request = parse_json(text, REQUESTS[name]())
            elif kind == "application/x-protobuf":
                request = REQUESTS[name].FromString(text)
            else:
                return self.answer(415, "text/plain", b"415 unsupported media type, supported: [application/json, application/x-protobuf]")
        except Exception as error:
            return self.answer(400, "text/plain", str(error).encode())
        PIPELINES[name].accept(request)
        self.answer(200, kind, b"{}" if kind == "application/json" else RESPONSES[name]().SerializeToString())

    def body(self):
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("content-length", 0)))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass  # Trailers end with an empty line.
        return b"".join(parts)

    def answer(self, status, kind, body):
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Requests are not logged."""


class Grpc:
    def __init__(self, name):
        self.name = name

    def Export(self, request, context):
        if self.name not in PIPELINES:
            context.abort(grpc.StatusCode.UNIMPLEMENTED, f"unknown service {self.name}")
        PIPELINES[self.name].accept(request)
        return RESPONSES[self.name]()


def address_of(protocol, usual):
    return ((PROTOCOLS[protocol] or {}).get("endpoint") or usual).rsplit(":", 1)


def main():
    servers = []
    if "http" in PROTOCOLS:
        host, port = address_of("http", "localhost:4318")
        http = ThreadingHTTPServer((host, int(port)), Http)
        servers.append(http.shutdown)
        threading.Thread(target=http.serve_forever).start()
    if "grpc" in PROTOCOLS:
        # Without reuse: two receivers must not share a port.
        server = grpc.server(futures.ThreadPoolExecutor(4), options=[("grpc.so_reuseport", 0)])
        traces_grpc.add_TraceServiceServicer_to_server(Grpc("traces"), server)
        metrics_grpc.add_MetricsServiceServicer_to_server(Grpc("metrics"), server)
        server.add_insecure_port(":".join(address_of("grpc", "localhost:4317")))
        server.start()
        servers.append(lambda: server.stop(1).wait())
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    ended.wait()
    for stop in servers:
        stop()
    for pipeline in PIPELINES.values():
        pipeline.close()


main()
