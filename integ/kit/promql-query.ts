import type { Endpoint } from '../sandbox';

/** A series of CloudWatch's metrics by OTLP, and its value now. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [at: number, value: string];
}

/** What a query in PromQL returns, as an administrator. */
export async function queryMetrics({ endpoint }: { readonly endpoint: Endpoint }, query: string): Promise<Series[]> {
  const { expiration: _, ...credentials } = endpoint.administrator();
  const { body } = await endpoint.call({
    ...{ service: 'monitoring', region: 'us-east-1', method: 'GET', headers: {}, body: Buffer.alloc(0), credentials },
    url: `/api/v1/query?${new URLSearchParams({ query })}`,
  });
  return JSON.parse(String(body)).data.result;
}
