/**
 * Who chooses a value that the library writes where others read it.
 *
 * - package: a constant of this package, or what it counts
 * - developer: the app, at synthesis
 * - service: AWS
 * - verified: a claim of a verified token, or the directory behind it, in a form that this package checks
 * - operator: whoever may invoke onboarding, erasure or removal, in a form that this package checks
 * - failure: the message of an error, which may quote anything
 * - caller: anyone
 */
export type Chooser = 'package' | 'developer' | 'service' | 'verified' | 'operator' | 'failure' | 'caller';

const metrics = { _aws: 'package', FunctionName: 'developer' } as const;

const exported = { level: 'package', message: 'package', backfill: 'service', index: 'package', attempt: 'package' } as const;
const sent = {
  ...metrics,
  level: 'package',
  message: 'package',
  backfill: 'service',
  key: 'service',
  lines: 'package',
  removed: 'package',
  expired: 'package',
  erased: 'package',
  undated: 'package',
  Sent: 'package',
  Skipped: 'package',
  TooLarge: 'package',
} as const;

/** Lines of logs by the function and the message, each with its properties. A property that is not here is a failed test, and so is one that is never there. */
export const LINES: Readonly<Record<string, Readonly<Record<string, Chooser>>>> = {
  'source: Reports from the lake': {
    level: 'package',
    message: 'package',
    period: 'package',
    state: 'package',
    reports: 'package',
    // It names the pipe and objects in quarantine, never an item.
    reason: 'service',
    seconds: 'package',
  },
  'writer: Message not stored': {
    level: 'package',
    message: 'package',
    messageId: 'service',
    tenant: 'verified',
    correlationId: 'service',
    requestId: 'caller',
    traceparent: 'caller',
    errorCode: 'service',
    reason: 'failure',
    functionName: 'developer',
    invocationId: 'service',
  },
  'writer: Message discarded': {
    level: 'package',
    message: 'package',
    messageId: 'service',
    tenant: 'verified',
    correlationId: 'service',
    requestId: 'caller',
    traceparent: 'caller',
    reason: 'package',
    functionName: 'developer',
    invocationId: 'service',
  },
  'writer: Batch processed': {
    ...metrics,
    level: 'package',
    message: 'package',
    invocationId: 'service',
    messages: 'package',
    calls: 'package',
    reads: 'package',
    tenants: 'verified',
    Written: 'package',
    Duplicates: 'package',
    Failed: 'package',
    Discarded: 'package',
    WriteLatency: 'package',
  },
  'authorizer: Request rejected': {
    ...metrics,
    level: 'package',
    message: 'package',
    reason: 'caller',
    correlationId: 'service',
    requestId: 'caller',
    Unauthorized: 'package',
  },
  'authorizer: Request not decided': {
    ...metrics,
    level: 'package',
    message: 'package',
    reason: 'failure',
    error: 'failure',
    correlationId: 'service',
    requestId: 'caller',
    Undecided: 'package',
  },
  'pre-token: No token': {
    ...metrics,
    level: 'package',
    message: 'package',
    reason: 'failure',
    error: 'failure',
    triggerSource: 'service',
    tenant: 'verified',
    user: 'service',
    client: 'service',
    Denied: 'package',
    Failed: 'package',
  },
  'migration: Migration': { level: 'package', message: 'package', requestType: 'service', outcome: 'package' },
  'migration: Migration failed': { level: 'package', message: 'package', requestType: 'service', reason: 'failure' },
  'backfill: Backfill requested': { level: 'package', message: 'package', backfill: 'service', exports: 'package' },
  'backfill: Export started': exported,
  'backfill: Export in progress': exported,
  'backfill: Too many exports in progress': exported,
  'backfill: Export complete': { ...exported, files: 'service', items: 'service' },
  'backfill: Export failed': { ...metrics, ...exported, reason: 'failure', FailedExports: 'package' },
  'backfill: Export given up': { ...metrics, ...exported, reason: 'failure', FailedExports: 'package' },
  'backfill: File sent': sent,
  'backfill: File sent in part': sent,
  'backfill: File given up': { level: 'package', message: 'package', backfill: 'service', key: 'service', lines: 'package' },
  'backfill: File was sent before': { level: 'package', message: 'package', backfill: 'service', key: 'service' },
  'compaction: Folder not compacted': {
    level: 'package',
    message: 'package',
    year: 'package',
    month: 'package',
    // The name of a folder, in the form of a tenant id.
    tenant: 'verified',
    reason: 'failure',
  },
  'compaction: Folders of years that the table does not have': {
    level: 'package',
    message: 'package',
    folders: 'package',
    years: 'package',
  },
  'compaction: Compaction ended': {
    ...metrics,
    level: 'package',
    message: 'package',
    filesBefore: 'package',
    filesAfter: 'package',
    scannedBytes: 'package',
    Compacted: 'package',
    Failed: 'package',
    Left: 'package',
    Outside: 'package',
    FilesRemoved: 'package',
  },
  'erasure: Erasure': {
    level: 'package',
    message: 'package',
    // A hash of the keys that were asked for.
    id: 'package',
    tenant: 'operator',
    state: 'package',
    passes: 'package',
    items: 'package',
    rows: 'package',
    folders: 'package',
    quarantined: 'package',
    exported: 'package',
    results: 'package',
    versions: 'package',
    unread: 'package',
  },
  'erasure: Erasure requested': {
    level: 'package',
    message: 'package',
    // A hash of the keys that were asked for.
    id: 'package',
    tenant: 'operator',
    state: 'package',
    passes: 'package',
  },
  'erasure: Open erasures': { ...metrics, level: 'package', message: 'package', Open: 'package', Overdue: 'package' },
  'removal: Removal': {
    level: 'package',
    message: 'package',
    tenant: 'operator',
    state: 'package',
    startedAt: 'package',
    pass: 'package',
    found: 'package',
    removed: 'package',
  },
  'removal: Open removals': { ...metrics, level: 'package', message: 'package', Open: 'package', Overdue: 'package' },
  // Whoever may start the state machine names the period, in the form of a quarter.
  'sync: Attempt': { level: 'package', message: 'package', period: 'operator', attempt: 'package', result: 'package' },
  'sync: Periods': {
    ...metrics,
    level: 'package',
    message: 'package',
    Heartbeat: 'package',
    OpenPeriods: 'package',
    ConsecutiveFailures: 'package',
    OverdueReports: 'package',
    ReportsPutAside: 'package',
    BreakerOpen: 'package',
  },
  'sync: Report put aside': { level: 'package', message: 'package', period: 'operator', verdict: 'package' },
  'sync: Report left for the next attempt': { level: 'package', message: 'package', period: 'operator', status: 'package' },
  'sync: Circuit breaker changed': { level: 'package', message: 'package', state: 'package' },
  'sync: Attempt ended': { level: 'package', message: 'package', period: 'operator', result: 'package', counts: 'package' },
  'sync: The audit has objects that the sync did not write': {
    level: 'package',
    message: 'package',
    period: 'operator',
    objects: 'package',
  },
  'sync: Reports resolved': { level: 'package', message: 'package', period: 'operator', decision: 'package', counts: 'package' },
  // The message is the action that was asked for, one of those that there are.
  'onboarding: done': {
    level: 'package',
    message: 'package',
    tenant: 'operator',
    user: 'operator',
    status: 'package',
    note: 'operator',
  },
  'onboarding: waiting': {
    level: 'package',
    message: 'package',
    tenant: 'operator',
    status: 'package',
    note: 'operator',
    waitUntil: 'package',
  },
  'onboarding: failed': {
    level: 'package',
    message: 'package',
    tenant: 'operator',
    user: 'operator',
    status: 'package',
    reason: 'failure',
  },
};

/** The access log. None of its values is the caller's: API Gateway puts them in, and whether it escapes a quote is not documented. */
export const ACCESS_LOG: Readonly<Record<string, { readonly by: Exclude<Chooser, 'caller' | 'failure'>; readonly form: RegExp }>> = {
  correlationId: { by: 'service', form: /^[\w+/=-]+$/ },
  time: { by: 'service', form: /^\d{13}$/ },
  tenant: { by: 'verified', form: /^([a-z0-9-]{3,64}|-)$/ },
  tier: { by: 'developer', form: /^([a-z][a-z0-9-]{0,31}|-)$/ },
  user: { by: 'verified', form: /^[\w-]{1,128}$/ },
  // Of a token of RFC 9110, which has no quotes; API Gateway knows seven.
  method: { by: 'service', form: /^[A-Z]+$/ },
  route: { by: 'developer', form: /^(\/[\w{}+.:/-]*|-)$/ },
  status: { by: 'service', form: /^\d{3}$/ },
  sourceIp: { by: 'service', form: /^[\da-f.:]+$/ },
  latency: { by: 'service', form: /^\d+$/ },
  integrationLatency: { by: 'service', form: /^(\d+|-)$/ },
  integrationStatus: { by: 'service', form: /^(\d+|-)$/ },
  authorizerLatency: { by: 'service', form: /^(\d+|-)$/ },
  firewall: { by: 'service', form: /^([A-Z_]+|-)$/ },
  error: { by: 'service', form: /^([A-Z_0-9]+|-)$/ },
  responseLength: { by: 'service', form: /^(\d+|-)$/ },
};

/** Attributes of a message of the queue; its group is the tenant, its body is the caller's. */
export const MESSAGE_ATTRIBUTES: Readonly<Record<string, Chooser>> = {
  tenant: 'verified',
  correlationId: 'service',
  receivedAt: 'service',
  requestId: 'caller',
  idempotencyKey: 'caller',
  traceparent: 'caller',
};

/** Attributes of an item beside its keys, whose parts are of these and of the body. */
export const ITEM_ATTRIBUTES: Readonly<Record<string, Chooser>> = {
  tenant: 'verified',
  correlationId: 'service',
  requestId: 'caller',
  traceparent: 'caller',
  messageId: 'service',
  receivedAt: 'service',
  body: 'caller',
};

/** Headers that a service behind an `HttpTarget` gets of the API, and none of the caller's under their names. */
export const SERVICE_HEADERS: Readonly<Record<string, Chooser>> = {
  'X-Tenant-Id': 'verified',
  'X-Tenant-Tier': 'developer',
  'X-User-Id': 'verified',
  'X-Correlation-Id': 'service',
};

/** Headers of answers that the library sets. */
export const ANSWER_HEADERS: Readonly<Record<string, Chooser>> = {
  'Access-Control-Allow-Headers': 'package',
  'Access-Control-Allow-Methods': 'package',
  // The caller's own, where it is one that the developer named.
  'Access-Control-Allow-Origin': 'developer',
  'Access-Control-Expose-Headers': 'package',
  'Access-Control-Max-Age': 'package',
  'Retry-After': 'package',
  Vary: 'package',
  'WWW-Authenticate': 'package',
};

/** What the authorizer says of a caller: API Gateway puts it into logs, headers and messages. */
export const AUTHORIZER_CONTEXT: Readonly<Record<string, Chooser>> = { tenantId: 'verified', tier: 'developer', userId: 'verified' };

/** What `AssumeRole` is asked with, all of it in CloudTrail. */
export const SESSION: Readonly<Record<string, Chooser>> = {
  RoleArn: 'developer',
  RoleSessionName: 'verified',
  DurationSeconds: 'package',
  Tags: 'verified',
};

/** Dimensions of metrics: each value of one is a metric that costs, and none is a caller's. */
export const METRIC_DIMENSIONS: Readonly<Record<string, Chooser>> = {
  ApiName: 'developer',
  Stage: 'developer',
  FunctionName: 'developer',
  QueueName: 'developer',
  WebACL: 'developer',
  Region: 'developer',
  Rule: 'package',
  RuleName: 'service',
  LoadBalancer: 'service',
  TargetGroup: 'service',
  ClusterName: 'service',
  ServiceName: 'service',
  PipeName: 'service',
  DeliveryStreamName: 'service',
  BucketName: 'service',
  TableName: 'service',
  TopicName: 'developer',
  StateMachineArn: 'developer',
  FilterId: 'package',
  Operation: 'service',
};
