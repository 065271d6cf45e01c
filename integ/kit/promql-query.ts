import type { Json, JsonObject, Sandbox } from '../sandbox';

/** A series of CloudWatch's metrics by OTLP, and its value now. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [at: number, value: string];
}

/** A series over time. Documented: "PromQL querying", query_range. */
export interface SeriesOverTime {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [seconds: number, value: string])[];
}

type Calls = Pick<Sandbox, 'endpoint'> & { readonly assembly: Pick<Sandbox['assembly'], 'region'> };

/** What a query in PromQL returns, as an administrator. */
export async function queryMetrics(sandbox: Calls, query: string): Promise<Series[]> {
  return (await result(sandbox, 'query', { query })) as unknown as Series[];
}

/** What a query in PromQL returns at each step, in seconds, as an administrator. */
export async function queryMetricsOverTime(
  sandbox: Calls,
  query: string,
  { from, to, step }: { readonly from: number; readonly to: number; readonly step: number },
): Promise<SeriesOverTime[]> {
  const times = { start: String(from / 1_000), end: String(to / 1_000), step: String(step) };
  return (await result(sandbox, 'query_range', { query, ...times })) as unknown as SeriesOverTime[];
}

async function result({ endpoint, assembly }: Calls, path: string, parameters: Readonly<Record<string, string>>): Promise<Json> {
  const { status, body } = await endpoint.call({
    ...{ service: 'monitoring', region: assembly.region, credentials: endpoint.administrator() },
    ...{ method: 'GET', url: `/api/v1/${path}?${new URLSearchParams(parameters)}`, headers: {}, body: Buffer.alloc(0) },
  });
  const answer = JSON.parse(String(body)) as JsonObject;
  if (status !== 200) throw new Error(`monitoring:${path}: ${answer.errorType}: ${answer.error}`);
  return (answer.data as JsonObject).result as Json;
}
