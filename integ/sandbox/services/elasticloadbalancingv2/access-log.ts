import type { LoadBalancer } from './definition';

/** What is known of a request when it has ended; what is missing is `-` in the log, or -1 where it is a time. */
export interface AccessLogEntry {
  readonly type: 'http' | 'https';
  readonly client: string;
  /** Milliseconds of the clock. */
  readonly created: number;
  readonly ended: number;
  readonly method: string;
  /** `https://host:port/path?query` */
  readonly url: string;
  readonly httpVersion: string;
  readonly userAgent?: string;
  readonly tls?: { readonly version: string; readonly cipher: string };
  readonly traceId: string;
  readonly serverName?: string;
  readonly certificateArn?: string;
  readonly connectionId: string;
  status: number;
  receivedBytes: number;
  sentBytes: number;
  target?: string;
  targetStatus?: number;
  /** Seconds. */
  requestTime?: number;
  targetTime?: number;
  responseTime?: number;
  targetGroupArn?: string;
  rulePriority?: number;
  actions: readonly string[];
  redirectUrl?: string;
  errorReason?: string;
}

/** One line in the format of the load balancer's access logs. Documented: "Access log entries" (Application Load Balancers). */
export function accessLogLine({ id }: Pick<LoadBalancer, 'id'>, entry: AccessLogEntry): string {
  const { tls, target = '-', targetStatus = '-' } = entry;
  const quoted = (text: string | number | undefined): string => `"${escaped(String(text ?? '-'))}"`;
  return [
    entry.type,
    timestamp(entry.ended),
    id,
    entry.client,
    target,
    seconds(entry.requestTime),
    seconds(entry.targetTime),
    seconds(entry.responseTime),
    entry.status,
    targetStatus,
    entry.receivedBytes,
    entry.sentBytes,
    quoted(`${entry.method} ${entry.url} HTTP/${entry.httpVersion}`),
    quoted(entry.userAgent),
    tls?.cipher ?? '-',
    tls?.version ?? '-',
    entry.targetGroupArn ?? '-',
    quoted(entry.traceId),
    quoted(entry.serverName),
    quoted(entry.certificateArn),
    entry.rulePriority ?? -1,
    timestamp(entry.created),
    quoted(entry.actions.join(',')),
    quoted(entry.redirectUrl),
    quoted(entry.errorReason),
    quoted(target),
    quoted(targetStatus),
    '"-"',
    '"-"',
    entry.connectionId,
    // Transforms of a rule are not supported.
    '"-"',
    '"-"',
    '"-"',
  ].join(' ');
}

/** With the six digits of AWS, of which the clock has three. */
function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000Z');
}

function seconds(value: number | undefined): string {
  return value === undefined ? '-1' : value.toFixed(3);
}

/** Documented: characters of the user agent and the URL that could break the line are escaped as `\xHH`. */
function escaped(text: string): string {
  return text.replace(/[^ !#-[\]-~]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0').toUpperCase()}`).join(''),
  );
}
