import { inBatches } from '../in-batches';
import { asPeriod, asReport } from '../items';
import { LEASE_MS, MOST_BYTES_IN_STATE } from '../limits';
import { sourcePrefix } from '../report-folders';
import { periodKey, reportKey } from '../sync-table';
import type { Dependencies, PeriodEvent } from './dependencies';

export interface ListResult {
  readonly list: { readonly bucket: string; readonly key: string };
  readonly reports: number;
}

/**
 * The step "Make the list of reports", once for each period: payloads under their hash, an item for each report, and the list. A later
 * attempt gets the same list, whatever the source would write then.
 *
 * @throws if the source wrote nothing, or a report that cannot be sent
 */
export async function makeList({ period, execution }: PeriodEvent, dependencies: Dependencies): Promise<ListResult> {
  const { table, store, now } = dependencies;
  const { listKey, reports } = asPeriod(await table.read(periodKey(period)));
  if (listKey !== undefined) return { list: { bucket: store.bucket, key: listKey }, reports: reports ?? 0 };
  const sources = await store.sources(period);
  if (sources.length === 0) throw new Error(`${period}: the source wrote no report into ${sourcePrefix(period)}`);
  const tenants = sources.map((key) => tenantOf(key, period));
  const lines = await inBatches(sources, async (key) => plan(period, tenantOf(key, period), await store.read(key), dependencies));
  await removeOthers(period, new Set(tenants), dependencies);
  const key = await store.putList(period, lines);
  const set = { listKey: key, reports: lines.length, status: 'SENDING', since: now(), leaseUntil: now() + LEASE_MS };
  const made = await table.change(periodKey(period), {
    set,
    remove: ['waitReason'],
    expect: { leaseOwner: execution, listKey: undefined },
  });
  if (made === undefined) throw new Error(`${period}: another execution has the lease, or has made the list`);
  return { list: { bucket: store.bucket, key }, reports: lines.length };
}

function tenantOf(key: string, period: string): string {
  return decodeURIComponent(key.slice(sourcePrefix(period).length, -'.json'.length));
}

/** Nothing was sent before the list was made: the item of an attempt that ended in the middle is replaced. */
async function plan(period: string, tenant: string, text: string, { table, store, rules, now }: Dependencies): Promise<object> {
  const rows = rowsOf(text, `${period}: the report of ${tenant.slice(0, 100)}`);
  const { key: payloadKey, hash: payloadHash, bytes } = await store.putPayload(period, text);
  if (rules.transport.hasBody && bytes > MOST_BYTES_IN_STATE) {
    throw new Error(
      `${period}: the report of ${tenant} has ${bytes} bytes, and an HTTP Task sends at most ${MOST_BYTES_IN_STATE}: use Transport.fromFunction`,
    );
  }
  const set = { tenant, status: 'PLANNED', since: now(), payloadKey, payloadHash, bytes, rows, revision: 1, sends: 0 };
  const key = reportKey(period, tenant);
  const planned = await table.change(key, { set, expect: { status: undefined } });
  if (planned === undefined) await table.change(key, { set, expect: { status: 'PLANNED', sends: 0 } });
  return { tenant };
}

/** The number of rows, if the report has a list of that name. */
function rowsOf(text: string, report: string): number | undefined {
  try {
    const { rows } = JSON.parse(text) as { readonly rows?: unknown };
    return Array.isArray(rows) ? rows.length : undefined;
  } catch {
    throw new Error(`${report} is not JSON`);
  }
}

/** Reports that an attempt planned before it ended, and that the source does not have any more. */
async function removeOthers(period: string, tenants: ReadonlySet<string>, { table }: Dependencies): Promise<void> {
  const others = (await table.reports(period)).map(asReport).filter(({ tenant }) => !tenants.has(tenant));
  await inBatches(others, ({ tenant }) => table.remove(reportKey(period, tenant), { status: 'PLANNED', sends: 0 }));
}
