import type { Json, JsonObject, Sandbox } from '../../sandbox';
import { jsonCaller } from '../aws-json';
import { queryMetricsOverTime, type SeriesOverTime } from '../promql-query';

/** Where a dashboard's data comes from: the operations that the console calls. */
export interface Source {
  /** By the clock of the metrics, in milliseconds. */
  now(): number;
  cloudWatch(operation: string, input: JsonObject): Promise<JsonObject>;
  logs(operation: string, input: JsonObject): Promise<JsonObject>;
  /** Runs a query in PromQL, with a step in seconds. */
  promql(query: string, range: Range, step: number): Promise<SeriesOverTime[]>;
  /** Calls the function of a custom widget. */
  invoke(functionArn: string, event: Json): Promise<Json>;
}

/** What widgets show: a time range, in milliseconds. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export function sourceOf(sandbox: Sandbox): Source {
  return {
    now: () => sandbox.clock.now(),
    cloudWatch: jsonCaller(sandbox, { service: 'monitoring', target: 'GraniteServiceVersion20100801' }),
    logs: jsonCaller(sandbox, { service: 'logs', target: 'Logs_20140328' }),
    promql: (query, range, step) => queryMetricsOverTime(sandbox, query, { ...range, step }),
    async invoke(functionArn, event) {
      const { payload, functionError } = await sandbox.functions.invoke(functionArn, event);
      if (functionError !== undefined) throw new Error(`${functionArn.split(':').at(-1)} failed: ${JSON.stringify(payload)}`);
      return payload;
    },
  };
}
