import { jsonCaller } from '../../../kit/aws-json';
import type { Station } from '../../../kit/request-trace/station';
import type { JsonObject, Sandbox } from '../../../sandbox';

/** The name of the platform's saved query, and what a person replaces in it. */
const SAVED_QUERY = 'Luca-Request';
const ID_TO_REPLACE = 'the correlation id';

/** A line of a log group, with its fields. */
export interface FoundLine {
  readonly at: number;
  readonly group: string;
  readonly fields: JsonObject;
}

type Ask = (query: string, groups: readonly string[]) => Promise<FoundLine[]>;

/** The lines of a request by the saved query, and those of the load balancer, which only has the trace id. */
export async function linesOf(sandbox: Sandbox, id: string): Promise<FoundLine[]> {
  const call = jsonCaller(sandbox, { service: 'logs', target: 'Logs_20140328' });
  const { queryDefinitions } = await call('DescribeQueryDefinitions', { queryDefinitionNamePrefix: SAVED_QUERY });
  const [saved] = queryDefinitions as unknown as { queryString: string; logGroupNames: string[] }[];
  if (saved === undefined) throw new Error(`The platform has no saved query ${SAVED_QUERY}`);
  const ask = askerOf(call);
  const lines = await ask(saved.queryString.replace(ID_TO_REPLACE, escaped(id)), saved.logGroupNames);
  const traceIds = [...new Set(lines.flatMap(({ fields }) => rootOf(fields.traceId) ?? []))];
  const ofBalancer = saved.logGroupNames.filter((group) => group.startsWith('/aws/elasticloadbalancing/'));
  if (traceIds.length === 0 || ofBalancer.length === 0) return lines;
  const conditions = traceIds.map((traceId) => `trace_id like "${escaped(traceId)}"`).join(' or ');
  return [...lines, ...(await ask(`fields @timestamp, @log, @message | filter ${conditions} | sort @timestamp asc`, ofBalancer))];
}

function askerOf(call: ReturnType<typeof jsonCaller>): Ask {
  return async (queryString, groups) => {
    const { queryId } = await call('StartQuery', {
      ...{ queryString, logGroupNames: [...groups] },
      ...{ startTime: 0, endTime: Math.ceil(Number.MAX_SAFE_INTEGER / 1_000) },
    });
    const { results } = (await call('GetQueryResults', { queryId })) as unknown as { results: { field: string; value: string }[][] };
    return results.map((row) => {
      const value = (name: string) => row.find(({ field }) => field === name)?.value ?? '';
      return {
        at: Date.parse(`${value('@timestamp').replace(' ', 'T')}Z`),
        group: value('@log').replace(/^\d+:/, ''),
        fields: fieldsOf(value('@message')),
      };
    });
  };
}

/** `Self=1-…;Root=1-5759e988-bd862e3fe1be46a994272793` → `1-5759e988-…` */
export function rootOf(traceId: unknown): string | undefined {
  return /Root=(1-[0-9a-f]{8}-[0-9a-f]{24})/.exec(String(traceId))?.[1];
}

/** What the lines say, for a person. */
export function stationsOf(lines: readonly FoundLine[]): Station[] {
  return lines.map(({ at, group, fields }) => {
    if (fields.route !== undefined) {
      const { method, route, status, latency, tenant, user, time } = fields;
      return { where: 'API', at: Number(time), what: `${method} ${route} → ${status} in ${latency} ms, school ${tenant}, user ${user}` };
    }
    if (fields.elb_status_code !== undefined) {
      const { elb_status_code: status, target_processing_time: seconds, time } = fields;
      return { where: 'Load balancer', at: Date.parse(String(time)), what: `→ ${status}, the service took ${seconds} s (by its trace id)` };
    }
    const { message, operation, status, milliseconds, GradeProcessingLatency: latency = milliseconds, reason } = fields;
    const details = [operation, status, latency === undefined ? undefined : `${latency} ms`, reason].filter((one) => one !== undefined);
    return { where: 'Log', at, what: `${message}${details.length === 0 ? '' : `: ${details.join(', ')}`} (${group})` };
  });
}

function fieldsOf(message: string): JsonObject {
  // Each line has the field that the query compares, so that it is an object.
  return JSON.parse(message) as JsonObject;
}

function escaped(text: string): string {
  return text.replace(/["\\]/g, '\\$&');
}
