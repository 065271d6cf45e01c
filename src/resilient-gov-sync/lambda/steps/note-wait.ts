import { LEASE_MS, LONGEST_WAIT_MS, MOST_WAITS } from '../../limits';
import { PermanentError } from '../../permanent-error';
import { asPeriod } from '../items';
import { periodKey } from '../sync-table';
import { waitEnd } from '../wait-end';
import type { Dependencies, PeriodEvent } from './dependencies';

export interface NoteWaitEvent extends PeriodEvent {
  readonly reason: string;
  readonly seconds: number;
}

/**
 * The step "Note that data is late": the period says why it waits, and until when the data is asked for again.
 *
 * @throws after so many waits that the execution would get too many events: the next attempt continues
 */
export async function noteWait(event: NoteWaitEvent, { table, now }: Dependencies): Promise<{ readonly until: string }> {
  const { period, execution, reason, seconds } = event;
  const { waits = 0 } = asPeriod(await table.read(periodKey(period)));
  if (waits >= MOST_WAITS)
    throw new PermanentError(`${period}: the data is not complete after ${waits} waits: ${String(reason).slice(0, 200)}`);
  const wait = Math.min(LONGEST_WAIT_MS, Math.max(1_000, Number(seconds) * 1_000 || 60_000));
  const set = { status: 'WAITING_FOR_DATA', waitReason: String(reason).slice(0, 1_024), waits: waits + 1, leaseUntil: now() + LEASE_MS };
  const noted = await table.change(periodKey(period), { set, expect: { leaseOwner: execution } });
  if (noted === undefined) throw new Error(`${period}: another execution has the lease`);
  return { until: waitEnd(now() + wait) };
}
