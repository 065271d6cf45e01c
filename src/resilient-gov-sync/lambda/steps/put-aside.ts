import { audited } from '../audited';
import { asReport, SETTLED } from '../items';
import { putAsideLine } from '../log-lines';
import { reportKey } from '../sync-table';
import type { Dependencies, ReportEvent } from './dependencies';

/** The step "Put the report aside": a person corrects it, sends it again, withdraws it or resolves it. */
export async function putAside(event: ReportEvent, dependencies: Dependencies): Promise<{ readonly status: string }> {
  const { period, tenant, child } = event;
  const { table, now } = dependencies;
  const found = asReport((await table.read(reportKey(period, tenant))) ?? {});
  const { verdict, reason, worker, turns, status, sends } = found;
  if (verdict === undefined || worker !== child || SETTLED.includes(status)) return { status };
  // An answer that rejected it is in the audit already.
  const entry = verdict === 'OUTCOME_UNKNOWN' ? verdict : sends === 0 ? 'UNSENDABLE' : undefined;
  const chain = entry === undefined ? {} : await audited(found, event, { event: entry, reason }, dependencies);
  const set = { ...chain, status: verdict, since: now() };
  const changed = await table.change(reportKey(period, tenant), {
    set,
    remove: ['verdict', 'waitUntil'],
    expect: { worker, turns, verdict },
  });
  if (changed !== undefined) dependencies.log(putAsideLine(period, verdict));
  return { status: changed === undefined ? status : verdict };
}
