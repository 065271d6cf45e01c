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

/** A field of a record: as a line of the access log has it, quoted or not. */
type Field = readonly [name: string, value: string, quoted?: 'quoted'];

/**
 * The fields in the order of a line. Documented: "Access log entries" (Application Load Balancers); the names are those of a delivery's
 * record fields as the CDK lists them (CfnLoadBalancerAlbAccessLogsRecordFields).
 */
function fieldsOf({ id }: Pick<LoadBalancer, 'id'>, entry: AccessLogEntry): Field[] {
  const { tls, target = '-' } = entry;
  const text = (value: string | number | undefined): string => String(value ?? '-');
  return [
    ['type', entry.type],
    ['time', timestamp(entry.ended)],
    ['elb', id],
    ['client:port', entry.client],
    ['target:port', target],
    ['request_processing_time', seconds(entry.requestTime)],
    ['target_processing_time', seconds(entry.targetTime)],
    ['response_processing_time', seconds(entry.responseTime)],
    ['elb_status_code', String(entry.status)],
    ['target_status_code', text(entry.targetStatus)],
    ['received_bytes', String(entry.receivedBytes)],
    ['sent_bytes', String(entry.sentBytes)],
    ['request_line', `${entry.method} ${entry.url} HTTP/${entry.httpVersion}`, 'quoted'],
    ['user_agent', text(entry.userAgent), 'quoted'],
    ['ssl_cipher', text(tls?.cipher)],
    ['ssl_protocol', text(tls?.version)],
    ['target_group_arn', text(entry.targetGroupArn)],
    ['trace_id', entry.traceId, 'quoted'],
    ['domain_name', text(entry.serverName), 'quoted'],
    ['chosen_cert_arn', text(entry.certificateArn), 'quoted'],
    ['matched_rule_priority', String(entry.rulePriority ?? -1)],
    ['request_creation_time', timestamp(entry.created)],
    ['actions_executed', entry.actions.join(','), 'quoted'],
    ['redirect_url', text(entry.redirectUrl), 'quoted'],
    ['error_reason', text(entry.errorReason), 'quoted'],
    ['target:port_list', target, 'quoted'],
    ['target_status_code_list', text(entry.targetStatus), 'quoted'],
    ['classification', '-', 'quoted'],
    ['classification_reason', '-', 'quoted'],
    ['conn_trace_id', entry.connectionId],
    // Transforms of a rule are not supported.
    ['transformed_host', '-', 'quoted'],
    ['transformed_uri', '-', 'quoted'],
    ['request_transform_status', '-', 'quoted'],
  ];
}

/** One line in the format of the load balancer's access logs. @param names the fields to write; all by default */
export function accessLogLine(loadBalancer: Pick<LoadBalancer, 'id'>, entry: AccessLogEntry, names?: readonly string[]): string {
  return chosen(fieldsOf(loadBalancer, entry), names)
    .map(([, value, quoted]) => (quoted ? `"${escaped(value)}"` : value))
    .join(' ');
}

/** The same as an object, whose values are text. */
export function accessLogRecord(loadBalancer: Pick<LoadBalancer, 'id'>, entry: AccessLogEntry, names?: readonly string[]): string {
  return JSON.stringify(Object.fromEntries(chosen(fieldsOf(loadBalancer, entry), names).map(([name, value]) => [name, value])));
}

function chosen(fields: readonly Field[], names: readonly string[] | undefined): Field[] {
  return names ? names.flatMap((name) => fields.filter(([own]) => own === name)) : [...fields];
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
