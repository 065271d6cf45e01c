import { LEASE_MARGIN_MS, LEASE_MS } from '../limits';
import { asPeriod, type PeriodItem } from './items';
import type { Dependencies } from './steps/dependencies';
import { periodKey } from './sync-table';

/**
 * Takes the lease of a period, if nobody has it or its owner does not run any more. A child of an owner that was stopped may still be in the
 * middle of a send: its report is then found as SENDING, whose outcome is unknown.
 *
 * @returns the period; undefined if an execution that runs has the lease
 */
export async function takeLease(
  period: string,
  execution: string,
  { table, isRunning, now }: Dependencies,
): Promise<PeriodItem | undefined> {
  for (;;) {
    const found = asPeriod(await table.read(periodKey(period)));
    const { leaseOwner, leaseUntil } = found;
    if (leaseOwner !== undefined && leaseOwner !== execution && (await isRunning(leaseOwner))) return undefined;
    const set = { leaseOwner: execution, leaseUntil: now() + LEASE_MS };
    const taken = await table.change(periodKey(period), { set, expect: { leaseOwner, leaseUntil } });
    if (taken !== undefined) return asPeriod(taken);
  }
}

/** Extends the lease if less than half of it is left. @returns whether the execution has the lease */
export async function keepLease(period: string, execution: string, { table, now }: Dependencies): Promise<boolean> {
  const { leaseOwner, leaseUntil = 0 } = asPeriod(await table.read(periodKey(period)));
  if (leaseOwner !== execution) return false;
  if (leaseUntil - now() >= LEASE_MS / 2) return true;
  const set = { leaseUntil: now() + LEASE_MS };
  return (await table.change(periodKey(period), { set, expect: { leaseOwner: execution } })) !== undefined;
}

/** Whether the execution has the lease for longer than the function can run. */
export async function hasLease(period: string, execution: string, { table, now }: Dependencies): Promise<boolean> {
  const { leaseOwner, leaseUntil = 0 } = asPeriod(await table.read(periodKey(period)));
  return leaseOwner === execution && leaseUntil - now() >= LEASE_MARGIN_MS;
}
