/** A collector with all defaults but the name, which the service decides. */
export interface SettledCollector {
  readonly namespace: string;
  readonly serviceName?: string;
  readonly sampledShare: number;
  readonly propagators: readonly string[];
  readonly image: string;
}
