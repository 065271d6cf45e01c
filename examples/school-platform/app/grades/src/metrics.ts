import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { detectResources, envDetector } from '@opentelemetry/resources';
import { AggregationType, type IMetricReader, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import type { Handled } from './log';

/** Metrics of requests by school, which CloudWatch bills by volume: the metrics of log lines have no school. */
export interface Metrics {
  record(request: Pick<Handled, 'school' | 'milliseconds'>): void;
  /** Sends what was not sent yet. */
  close(): Promise<void>;
}

/** More than there are schools: what is above it is added up under an attribute of OpenTelemetry's own, and names no school. */
const MOST_SCHOOLS = 10_000;
const EXPORT_LIMIT_MS = 10_000;

/** Metrics that a reader collects. */
export function createMetrics(reader: IMetricReader): Metrics {
  const provider = new MeterProvider({
    readers: [reader],
    // OTEL_SERVICE_NAME. Each further attribute would be billed with each sample.
    resource: detectResources({ detectors: [envDetector] }),
    views: [
      {
        instrumentName: 'GradeProcessingLatency',
        // Exact within a few percent, wherever the threshold of an alarm is.
        aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM },
        aggregationCardinalityLimit: MOST_SCHOOLS,
      },
      { instrumentName: 'InteractiveRequestCount', aggregationCardinalityLimit: MOST_SCHOOLS },
    ],
  });
  const meter = provider.getMeter('grades');
  const latency = meter.createHistogram('GradeProcessingLatency', { unit: 's', description: 'From a request to its answer' });
  const requests = meter.createCounter('InteractiveRequestCount', { description: 'Answered requests' });
  return {
    record({ school, milliseconds }) {
      // A request that was rejected before its school was known is in the metrics of the log lines only.
      if (school === undefined) return;
      latency.record(milliseconds / 1_000, { school });
      requests.add(1, { school });
    },
    close: () => provider.shutdown({ timeoutMillis: EXPORT_LIMIT_MS }),
  };
}

/** Sends them to the collector, which OTEL_EXPORTER_OTLP_ENDPOINT names, with the temporality that it wants. */
export function toCollector(exportIntervalMs: number): IMetricReader {
  return new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(),
    exportIntervalMillis: exportIntervalMs,
    exportTimeoutMillis: Math.min(exportIntervalMs, EXPORT_LIMIT_MS),
  });
}
