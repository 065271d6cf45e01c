import type { Call, Endpoint, Json, Metrics } from '../../contracts';
import { objectOf, objects } from '../../protocol/json';

/** Documented: not counted as `UserErrors`. */
const NO_USER_ERRORS = new Set([
  ...['ConditionalCheckFailedException', 'TransactionCanceledException', 'TransactionConflictException'],
  ...['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded'],
]);
const THROTTLED = new Set(['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded']);
const READS = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems']);

export type CapacityKind = 'ConsumedReadCapacityUnits' | 'ConsumedWriteCapacityUnits';

/** The metrics of tables and their indexes. */
export interface TableMetrics {
  /** Puts the `ConsumedCapacity` of a reply, with `INDEXES`. */
  consumed(kind: CapacityKind, capacity: unknown): void;
  /** Puts units of a table that were computed. */
  units(table: string, units: number): void;
  returned(table: string, operation: string, items: number): void;
  close(): void;
}

/** Documented: "DynamoDB Metrics and dimensions". */
export function tableMetrics(metrics: Metrics, endpoint: Pick<Endpoint, 'onCall'>): TableMetrics {
  const namespace = 'AWS/DynamoDB';
  const ofCapacity = metrics.source({
    namespace,
    units: { ConsumedReadCapacityUnits: 'Count', ConsumedWriteCapacityUnits: 'Count' },
    dimensions: [['TableName']],
  });
  const ofIndex = metrics.source({
    namespace,
    units: { ConsumedReadCapacityUnits: 'Count', ConsumedWriteCapacityUnits: 'Count' },
    dimensions: [['TableName', 'GlobalSecondaryIndexName']],
  });
  const ofOperation = metrics.source({
    namespace,
    units: { SuccessfulRequestLatency: 'Milliseconds', ReturnedItemCount: 'Count', ThrottledRequests: 'Count', SystemErrors: 'Count' },
    dimensions: [['TableName', 'Operation']],
  });
  const ofTable = metrics.source({
    namespace,
    units: { ConditionalCheckFailedRequests: 'Count', ReadThrottleEvents: 'Count', WriteThrottleEvents: 'Count' },
    dimensions: [['TableName']],
  });
  const ofAccount = metrics.source({ namespace, units: { UserErrors: 'Count' }, dimensions: [[]] });

  function called({ service, operation, resources, status, error = '', milliseconds }: Call): void {
    if (service !== 'dynamodb') return;
    const tables = tablesOf(resources);
    if (status < 400) {
      for (const TableName of tables) ofOperation({ TableName, Operation: operation }, { SuccessfulRequestLatency: milliseconds });
      return;
    }
    if (status < 500 && !NO_USER_ERRORS.has(error)) ofAccount({}, { UserErrors: 1 });
    for (const TableName of tables) {
      if (status >= 500) ofOperation({ TableName, Operation: operation }, { SystemErrors: 1 });
      if (error === 'ConditionalCheckFailedException') ofTable({ TableName }, { ConditionalCheckFailedRequests: 1 });
      if (!THROTTLED.has(error)) continue;
      ofOperation({ TableName, Operation: operation }, { ThrottledRequests: 1 });
      ofTable({ TableName }, { [READS.has(operation) ? 'ReadThrottleEvents' : 'WriteThrottleEvents']: 1 });
    }
  }

  return {
    consumed(kind, capacity) {
      for (const one of objects((Array.isArray(capacity) ? capacity : [capacity ?? {}]) as Json)) {
        if (one.TableName === undefined) continue;
        const TableName = String(one.TableName);
        const own = one.Table === undefined ? one.CapacityUnits : objectOf(one.Table).CapacityUnits;
        if (Number(own) > 0) ofCapacity({ TableName }, { [kind]: Number(own) });
        for (const [index, units] of Object.entries(objectOf(one.GlobalSecondaryIndexes))) {
          ofIndex({ TableName, GlobalSecondaryIndexName: index }, { [kind]: Number(objectOf(units).CapacityUnits) });
        }
      }
    },
    units: (TableName, units) => (units > 0 ? ofCapacity({ TableName }, { ConsumedWriteCapacityUnits: units }) : undefined),
    returned: (TableName, Operation, items) => ofOperation({ TableName, Operation }, { ReturnedItemCount: items }),
    close: endpoint.onCall(called),
  };
}

/** The names of tables and of the tables of indexes, each once; streams, backups and exports are none. */
function tablesOf(arns: readonly string[]): string[] {
  const names = new Set<string>();
  for (const arn of arns) {
    const [kind, name, more] = arn.slice(arn.lastIndexOf(':') + 1).split('/');
    if (kind === 'table' && (more === undefined || more === 'index')) names.add(name);
  }
  return [...names];
}
