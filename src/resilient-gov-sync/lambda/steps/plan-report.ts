import { hasLease } from '../lease';
import { payloadOf } from '../source-payload';
import { type Item, reportKey } from '../sync-table';
import type { Dependencies, PeriodEvent } from './dependencies';
import type { TenantFile } from './source-files';

/** Whether the item of a report was planned from this file as it is, by this execution. */
export function isPlanned(item: Item | undefined, file: TenantFile, { execution }: PeriodEvent, dependencies: Dependencies): boolean {
  const tag = tagOf(file, dependencies);
  return item?.plannedBy === execution && (item.sourceTag === tag || item.sourceTag === unreadable(tag));
}

/** Whether the file of a planned report could be read. */
export function isRead(item: Item | undefined, file: TenantFile, dependencies: Dependencies): boolean {
  return item?.sourceTag === tagOf(file, dependencies);
}

/**
 * Plans a report: its payload under its hash, and its item. A report that cannot be sent gets its verdict here, and becomes a dead letter like
 * one that the API rejects. Nothing was sent before the list was made: the item of an attempt that ended in the middle is kept if its file is
 * the same, and replaced if not, unless that attempt still runs.
 *
 * @param found its item
 * @returns the item
 * @throws if another execution plans it
 */
export async function planReport(event: PeriodEvent, file: TenantFile, found: Item | undefined, dependencies: Dependencies): Promise<Item> {
  const { period, execution } = event;
  const { table, now } = dependencies;
  const { tenant } = file;
  const sourceTag = tagOf(file, dependencies);
  if (found !== undefined && !(await hasLease(period, execution, dependencies)))
    throw new Error(`${period}: another execution has the lease`);
  const planned = { plannedBy: execution, sourceTag };
  // A file that could not be read has another tag, so that a later attempt tries it again.
  const set: Item =
    found?.sourceTag === sourceTag ? planned : { ...planned, ...(await itemOf(period, file, sourceTag, dependencies)), since: now() };
  const expect = found === undefined ? { status: undefined } : { status: 'PLANNED', sends: 0, plannedBy: found.plannedBy };
  if ((await table.change(reportKey(period, tenant), { set, expect })) === undefined)
    throw new Error(`${period}: another execution planned the report of ${tenant}`);
  return set;
}

/** What is read differently by another transport has another tag. */
function tagOf({ tag }: TenantFile, { rules }: Dependencies): string {
  return `${tag} ${rules.transport.hasBody ? 'values' : 'bytes'}`;
}

const unreadable = (tag: string) => `${tag} unreadable`;

async function itemOf(period: string, file: TenantFile, tag: string, dependencies: Dependencies): Promise<Item> {
  const { store, rules } = dependencies;
  const { problem, isUnreadable, ...payload } = await payloadOf({ period, tenant: file.tenant }, file, {
    store,
    hasBody: rules.transport.hasBody,
  });
  const aside = { verdict: problem === undefined ? undefined : 'REJECTED', reason: problem };
  const sourceTag = isUnreadable === true ? unreadable(tag) : tag;
  return { tenant: file.tenant, status: 'PLANNED', ...payload, sourceTag, revision: 1, sends: 0, ...aside };
}
