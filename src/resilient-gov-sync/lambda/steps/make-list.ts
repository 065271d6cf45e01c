import { LEASE_MS, MOST_BYTES_IN_FLIGHT, MOST_IN_FLIGHT, MOST_PASSES, MOST_REPORTS_OF_PASS } from '../../limits';
import { PermanentError } from '../../permanent-error';
import { inFlight } from '../in-flight';
import { asPeriod, asReport } from '../items';
import { hasLease, keepLease } from '../lease';
import { type Item, periodKey, reportKey } from '../sync-table';
import type { Dependencies, PeriodEvent } from './dependencies';
import { isPlanned, isRead, planReport } from './plan-report';
import { type TenantFile, tenantFiles } from './source-files';

export interface MakeListEvent extends PeriodEvent {
  /** How many reports the source says that it wrote; null if the list is made already. */
  readonly expected: number | null;
  /** Passes of this attempt before. */
  readonly passes: number;
}

export type ListResult =
  /** The list is made: a line for each report, at a key of the bucket of reports. */
  | { readonly state: 'DONE'; readonly key: string; readonly reports: number; readonly passes: number }
  /** The next pass continues. */
  | { readonly state: 'MORE'; readonly planned: number; readonly reports: number; readonly passes: number };

/**
 * The step "Make the list of reports", once for each period: payloads under their hash, an item for each report, and the list. A later
 * attempt gets the same list, whatever the source would write then.
 *
 * One pass plans as many reports as it has time for. What is planned already, by an earlier pass or attempt from the same file, is kept.
 *
 * @throws if nobody can know which reports there are: the source did not write as many as it says, or two of one tenant. Also if none of its
 * files can be read, because that is no matter of single reports.
 */
export async function makeList(event: MakeListEvent, dependencies: Dependencies): Promise<ListResult> {
  const { period, execution, expected, passes } = event;
  const { table, store, now } = dependencies;
  const { listKey, reports = 0 } = asPeriod(await table.read(periodKey(period)));
  if (listKey !== undefined) return listed(event, listKey, reports, dependencies);
  if (!(await keepLease(period, execution, dependencies))) throw new Error(`${period}: another execution has the lease`);
  if (passes >= MOST_PASSES) throw new PermanentError(`${period}: the list is not complete after ${passes} passes`);
  const files = tenantFiles(period, await store.sources(period), expected);
  const items = new Map((await table.reports(period)).map((item) => [item.tenant, item] as const));
  const missing = files.filter((file) => !isPlanned(items.get(file.tenant), file, event, dependencies));
  const planned = await plan(event, missing.slice(0, MOST_REPORTS_OF_PASS), items, dependencies);
  if (planned < missing.length) {
    return { state: 'MORE', planned: files.length - missing.length + planned, reports: files.length, passes: passes + 1 };
  }
  if (!files.some((file) => isRead(items.get(file.tenant), file, dependencies))) {
    throw new PermanentError(
      `${period}: none of the ${files.length} files of the source can be read: ${files[0].key}: ${items.get(files[0].tenant)?.reason}`,
    );
  }
  const key = await store.putList(
    period,
    files.map(({ tenant }) => ({ tenant })),
  );
  const set = { listKey: key, reports: files.length, status: 'SENDING', since: now(), leaseUntil: now() + LEASE_MS };
  const made = await table.change(periodKey(period), {
    set,
    remove: ['waitReason'],
    expect: { leaseOwner: execution, listKey: undefined },
  });
  if (made === undefined) throw new Error(`${period}: another execution has the lease, or has made the list`);
  return listed(event, key, files.length, dependencies);
}

/** Plans what there is time for, and puts it with the other items. @returns how many */
function plan(event: PeriodEvent, files: readonly TenantFile[], items: Map<unknown, Item>, dependencies: Dependencies): Promise<number> {
  const flight = {
    ...{ most: MOST_IN_FLIGHT, mostWeight: MOST_BYTES_IN_FLIGHT, weightOf: ({ bytes }: TenantFile) => bytes },
    goesOn: () => dependencies.hasTime(),
  };
  return inFlight(files, flight, async (file) => {
    items.set(file.tenant, await planReport(event, file, items.get(file.tenant), dependencies));
  });
}

/** Removes what an attempt planned that ended before its list was made, and that the source does not have any more. */
async function listed(
  { period, execution, passes }: MakeListEvent,
  key: string,
  reports: number,
  dependencies: Dependencies,
): Promise<ListResult> {
  const { table, store } = dependencies;
  const result = { state: 'DONE', key, reports, passes: passes + 1 } as const;
  const items = (await table.reports(period)).map(asReport);
  if (items.length === reports || !(await hasLease(period, execution, dependencies))) return result;
  const tenants = new Set((await store.readList(key)).map(({ tenant }) => tenant));
  const others = items.filter(({ tenant }) => !tenants.has(tenant));
  const flight = { most: MOST_IN_FLIGHT, mostWeight: MOST_IN_FLIGHT, weightOf: () => 1 };
  await inFlight(others, flight, ({ tenant }) => table.remove(reportKey(period, tenant), { status: 'PLANNED', sends: 0 }));
  return result;
}
