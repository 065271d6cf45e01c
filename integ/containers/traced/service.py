"""Counts what it sells. The instrumentation of FastAPI makes a span of each request; the code adds one of its own, and a metric."""

from contextlib import asynccontextmanager

from fastapi import FastAPI
from opentelemetry import metrics, trace


@asynccontextmanager
async def lifespan(_):
    yield
    metrics.get_meter_provider().force_flush()


app = FastAPI(lifespan=lifespan)
tracer = trace.get_tracer("shop")
sold = metrics.get_meter("shop").create_counter("sold")


@app.get("/health")
def health():
    return {}


@app.get("/sales/{article}")
def sell(article: str):
    with tracer.start_as_current_span("sell") as span:
        span.set_attribute("article", article)
        sold.add(1, {"article": article})
        return {"trace": f"{span.get_span_context().trace_id:032x}"}
