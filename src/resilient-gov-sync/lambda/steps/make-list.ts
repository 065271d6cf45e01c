import { inBatches } from '../in-batches';
import { asPeriod, asReport } from '../items';
import { hasLease } from '../lease';
import { LEASE_MS } from '../limits';
import { sourcePrefix } from '../report-folders';
import { readReport } from '../report-text';
import { periodKey, reportKey } from '../sync-table';
import type { Dependencies, PeriodEvent } from './dependencies';

export interface MakeListEvent extends PeriodEvent {
  /** How many reports the source says that it wrote; null if the list is made already. */
  readonly expected: number | null;
}

export interface ListResult {
  readonly list: { readonly bucket: string; readonly key: string };
  readonly reports: number;
}

/**
 * The step "Make the list of reports", once for each period: payloads under their hash, an item for each report, and the list. A later
 * attempt gets the same list, whatever the source would write then.
 *
 * @throws if the source did not write as many reports as it says, or a report that cannot be sent
 */
export async function makeList(event: MakeListEvent, dependencies: Dependencies): Promise<ListResult> {
  const { period, execution, expected } = event;
  const { table, store, now } = dependencies;
  const { listKey, reports } = asPeriod(await table.read(periodKey(period)));
  if (listKey !== undefined) return listed(period, execution, listKey, reports ?? 0, dependencies);
  const sources = await store.sources(period);
  if (sources.length === 0 || sources.length !== expected) {
    const folder = sourcePrefix(period);
    throw new Error(
      `${period}: the source says that it wrote ${expected} reports, and ${folder} has ${sources.length}: expected the same number, and at least one`,
    );
  }
  const lines = await inBatches(sources, async (key) => plan(event, tenantOf(key, period), await store.read(key), dependencies));
  const key = await store.putList(period, lines);
  const set = { listKey: key, reports: lines.length, status: 'SENDING', since: now(), leaseUntil: now() + LEASE_MS };
  const made = await table.change(periodKey(period), {
    set,
    remove: ['waitReason'],
    expect: { leaseOwner: execution, listKey: undefined },
  });
  if (made === undefined) throw new Error(`${period}: another execution has the lease, or has made the list`);
  return listed(period, execution, key, lines.length, dependencies);
}

/** Removes what an attempt planned that ended before its list was made, and that the source does not have any more. */
async function listed(period: string, execution: string, key: string, reports: number, dependencies: Dependencies): Promise<ListResult> {
  const { table, store } = dependencies;
  const result = { list: { bucket: store.bucket, key }, reports };
  const items = (await table.reports(period)).map(asReport);
  if (items.length === reports || !(await hasLease(period, execution, dependencies))) return result;
  const tenants = new Set((await store.readList(key)).map(({ tenant }) => tenant));
  const others = items.filter(({ tenant }) => !tenants.has(tenant));
  await inBatches(others, ({ tenant }) => table.remove(reportKey(period, tenant), { status: 'PLANNED', sends: 0 }));
  return result;
}

function tenantOf(key: string, period: string): string {
  return decodeURIComponent(key.slice(sourcePrefix(period).length, -'.json'.length));
}

/** Nothing was sent before the list was made: the item of an attempt that ended in the middle is replaced, unless that one still runs. */
async function plan(
  { period, execution }: MakeListEvent,
  tenant: string,
  given: string,
  dependencies: Dependencies,
): Promise<{ readonly tenant: string }> {
  const { table, store, rules, now } = dependencies;
  const { text, rows } = readReport(given, rules.transport.hasBody, `${period}: the report of ${tenant.slice(0, 100)}`);
  const { key: payloadKey, hash: payloadHash, bytes } = await store.putPayload(period, text);
  const key = reportKey(period, tenant);
  const found = await table.read(key);
  if (found !== undefined && !(await hasLease(period, execution, dependencies)))
    throw new Error(`${period}: another execution has the lease`);
  const set = {
    tenant,
    status: 'PLANNED',
    since: now(),
    payloadKey,
    payloadHash,
    bytes,
    rows,
    revision: 1,
    sends: 0,
    plannedBy: execution,
  };
  const expect = found === undefined ? { status: undefined } : { status: 'PLANNED', sends: 0, plannedBy: found.plannedBy };
  if ((await table.change(key, { set, expect })) === undefined)
    throw new Error(`${period}: another execution planned the report of ${tenant}`);
  return { tenant };
}
