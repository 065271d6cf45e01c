import { PermanentError } from '../../permanent-error';
import { asPeriod } from '../items';
import { takeLease } from '../lease';
import { type Period, periodNamed } from '../period';
import { periodKey } from '../sync-table';
import type { Dependencies, PeriodEvent } from './dependencies';

export interface ClaimResult {
  /** CLAIMED: this execution sends the reports. LISTED: it does, and the list is made already. */
  readonly result: 'CLAIMED' | 'LISTED' | 'COMPLETE' | 'HELD';
  readonly period: Period;
}

/**
 * The step "Claim the period": one execution at a time works on a period.
 *
 * @throws if the period has not ended: its reports would be sent without what is still to come
 */
export async function claimPeriod({ period, execution, attempt }: PeriodEvent, dependencies: Dependencies): Promise<ClaimResult> {
  const { table, rules, now } = dependencies;
  const named = periodNamed(period, rules.timeZone);
  if (now() < Date.parse(named.end))
    throw new PermanentError(`invalid period ${period}: expected one that has ended, and this one ends at ${named.end}`);
  if (asPeriod(await table.read(periodKey(period))).status === 'COMPLETE') return { result: 'COMPLETE', period: named };
  const taken = await takeLease(period, execution, dependencies);
  if (taken === undefined) return { result: 'HELD', period: named };
  const isListed = taken.listKey !== undefined;
  const set = {
    ...{ status: isListed ? 'SENDING' : 'WAITING_FOR_DATA', since: now(), attempt: Math.max(attempt, taken.attempt ?? 0), waits: 0 },
    decisionsBefore: taken.decisions ?? 0,
    dueAt: taken.dueAt ?? Date.parse(named.end) + rules.dueAfterMs,
  };
  await table.change(periodKey(period), { set, remove: ['waitReason'], expect: { leaseOwner: execution } });
  return { result: isListed ? 'LISTED' : 'CLAIMED', period: named };
}
