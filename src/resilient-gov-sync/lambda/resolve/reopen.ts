import { type DynamoDBClient, TransactionCanceledException, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { asPeriod, type PeriodItem } from '../items';
import { type Change, periodKey, reportKey, syncTable, updateOf } from '../sync-table';

/** Changes a report after its period may have been closed. */
export interface Reopening {
  /**
   * Changes a report, and opens its period again, in one transaction. An attempt that counted the reports before cannot close the period:
   * it expects the number of decisions that it read.
   *
   * @param whileIdle whether nothing is changed while an attempt runs
   * @returns false if the report is not as expected, or an attempt runs
   */
  change(period: string, tenant: string, change: Change, whileIdle?: boolean): Promise<boolean>;
}

/** Whether an attempt may send reports of the period. An attempt that was stopped keeps its lease until its time is over. */
export function isAttempted({ leaseOwner, leaseUntil = 0 }: PeriodItem, now: number): boolean {
  return leaseOwner !== undefined && leaseUntil > now;
}

/** Somebody else changed the item of the period in between: an attempt, or another invocation. */
const MOST_CONFLICTS = 20;

export function reopening(client: DynamoDBClient, TableName: string, now: () => number): Reopening {
  const table = syncTable(client, TableName);
  return {
    async change(period, tenant, change, whileIdle = false) {
      const report = { TableName, ...updateOf(reportKey(period, tenant), change) };
      for (let conflicts = 0; ; conflicts++) {
        const key = periodKey(period);
        const found = asPeriod(await table.read(key));
        if (whileIdle && isAttempted(found, now())) return false;
        const { status, decisions, leaseOwner, leaseUntil } = found;
        const hasEnded = status === 'COMPLETE' || status === 'WAITING_FOR_LOOK_UP';
        // The schedule starts at most 12 attempts of a period, and waits for look-ups. A decision of a person ends both.
        const opened = hasEnded ? { status: 'INCOMPLETE', since: now(), nextAttemptAt: now() } : {};
        const set = { decisions: (decisions ?? 0) + 1, scheduledAttempts: 0, ...opened };
        const lease = whileIdle ? { leaseOwner, leaseUntil } : {};
        const reopened = { TableName, ...updateOf(key, { set, expect: { status, decisions, ...lease } }) };
        try {
          await client.send(new TransactWriteItemsCommand({ TransactItems: [{ Update: report }, { Update: reopened }] }));
          return true;
        } catch (error) {
          const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
          const [ofReport, ofPeriod] = reasons.map(({ Code }) => Code);
          if (ofReport === 'ConditionalCheckFailed') return false;
          const isConflict = ofPeriod === 'ConditionalCheckFailed' || [ofReport, ofPeriod].includes('TransactionConflict');
          if (!isConflict || conflicts === MOST_CONFLICTS) throw error;
        }
      }
    },
  };
}
