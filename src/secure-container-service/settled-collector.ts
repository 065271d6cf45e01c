/** How metrics leave the collector: by OTLP, or as log lines in the embedded metric format. */
export type MetricsFormat = 'otlp' | 'emf';

/** A collector with all defaults but the name, which the service decides. */
export interface SettledCollector {
  readonly namespace: string;
  readonly metrics: MetricsFormat;
  readonly serviceName?: string;
  readonly sampledShare: number;
  readonly propagators: readonly string[];
  readonly image: string;
}
