import { type Context, ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

/** Traces of requests. X-Ray finds one by the annotations `correlation_id` and `tenant_id`. */
export interface Traces {
  begin(request: TracedRequest): RequestTrace;
  /** Sends what was not sent yet. */
  close(): Promise<void>;
}

/** A request that has arrived. */
export interface TracedRequest {
  readonly operation: string;
  readonly method: string;
  readonly correlationId: string;
  /** The header `X-Amzn-Trace-Id`. */
  readonly header?: string;
}

/** What happens while a request is answered. */
export interface RequestTrace {
  /** Begins a call to a service of AWS. Returns how it ends, with the name of an error. */
  call(service: string, action: string): (error?: string) => void;
  end(answer: { readonly status: number; readonly school?: string }): void;
}

export interface TracesOptions {
  /** Name of the service in traces. */
  readonly serviceName: string;
  /** Share of requests that are traced if nobody decided before. */
  readonly sampledShare: number;
}

export function createTraces(processor: SpanProcessor, { serviceName, sampledShare }: TracesOptions): Traces {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    spanProcessors: [processor],
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampledShare) }),
  });
  const tracer = provider.getTracer('grades');
  return {
    begin({ operation, method, correlationId, header }) {
      const attributes = { correlation_id: correlationId, 'http.request.method': method };
      const span = tracer.startSpan(operation, { kind: SpanKind.SERVER, attributes }, parentOf(header));
      const within = trace.setSpan(ROOT_CONTEXT, span);
      return {
        call(service, action) {
          const names = { 'peer.service': service, 'rpc.system': 'aws-api', 'rpc.service': service, 'rpc.method': action };
          const call = tracer.startSpan(`${service}.${action}`, { kind: SpanKind.CLIENT, attributes: names }, within);
          return (error) => {
            if (error !== undefined) call.setStatus({ code: SpanStatusCode.ERROR, message: error });
            call.end();
          };
        },
        end({ status, school }) {
          span.setAttributes({ 'http.response.status_code': status, ...(school === undefined ? {} : { tenant_id: school }) });
          span.end();
        },
      };
    },
    close: () => provider.shutdown(),
  };
}

/** Sends them to the collector, which OTEL_EXPORTER_OTLP_ENDPOINT names. */
export function toCollector(): SpanProcessor {
  return new BatchSpanProcessor({ exporter: new OTLPTraceExporter() });
}

const LONGEST_HEADER = 512;

/**
 * The trace that API Gateway began, and whether it is sampled. Documented: "Tracing header" (AWS X-Ray Developer Guide). Without a parent,
 * such as the header of a load balancer, a trace of its own begins.
 */
function parentOf(header = ''): Context {
  const fields = header
    .slice(0, LONGEST_HEADER)
    .split(';')
    .map((field) => field.trim());
  const fieldOf = (name: string) => fields.find((field) => field.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
  const [, time, random] = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/.exec(fieldOf('Root')) ?? [];
  const spanId = fieldOf('Parent');
  if (time === undefined || !/^[0-9a-f]{16}$/.test(spanId)) return ROOT_CONTEXT;
  const traceFlags = fieldOf('Sampled') === '1' ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId: time + random, spanId, traceFlags, isRemote: true });
}
