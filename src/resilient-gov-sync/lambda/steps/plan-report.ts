import { createHash } from 'node:crypto';
import { hasLease } from '../lease';
import { MOST_BYTES_OF_REPORT } from '../limits';
import { type ReportText, readReport } from '../report-text';
import { type Item, reportKey } from '../sync-table';
import type { Dependencies, PeriodEvent } from './dependencies';
import type { TenantFile } from './source-files';

/** What is sent, or why it cannot be. */
type Payload = Pick<ReportText, 'rows'> & {
  readonly payloadKey: string;
  readonly payloadHash: string;
  readonly bytes: number;
  readonly problem?: string;
  readonly isUnreadable?: boolean;
};

/** The hash of a payload that is too large to be read, or cannot be read. */
const NOT_READ = '0'.repeat(64);

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
  const { problem, isUnreadable, ...payload } = await payloadOf(period, file, dependencies);
  const aside = { verdict: problem === undefined ? undefined : 'REJECTED', reason: problem };
  const sourceTag = isUnreadable === true ? unreadable(tag) : tag;
  return { tenant: file.tenant, status: 'PLANNED', ...payload, sourceTag, revision: 1, sends: 0, ...aside };
}

async function payloadOf(period: string, file: TenantFile, { store, rules }: Dependencies): Promise<Payload> {
  const { key: payloadKey, bytes } = file;
  if (bytes > MOST_BYTES_OF_REPORT) {
    const problem = `the report has ${bytes} bytes: expected at most ${MOST_BYTES_OF_REPORT}`;
    return { payloadKey, payloadHash: NOT_READ, bytes, problem };
  }
  const source = await store.readSource(file.key);
  if ('unreadable' in source) {
    const problem = `its file cannot be read: S3 answers ${source.unreadable}`;
    return { payloadKey, payloadHash: NOT_READ, bytes, problem, isUnreadable: true };
  }
  const { content, notMade } = source;
  if (notMade !== undefined) {
    const payloadHash = createHash('sha256').update(content).digest('hex');
    return { payloadKey, payloadHash, bytes, problem: `the source could not make it: ${notMade.slice(0, 500)}` };
  }
  const read = sendable(content, rules.transport.hasBody);
  const put = await store.putPayload(period, read.text ?? content);
  const { rows, problem = file.problem } = read;
  return { payloadKey: put.key, payloadHash: put.hash, bytes: put.bytes, ...(rows === undefined ? {} : { rows }), problem };
}

type Read = Partial<ReportText> & { readonly problem?: string };

function sendable(content: Uint8Array, hasBody: boolean): Read {
  const text = decoded(content);
  if (text === undefined) return { problem: 'the report is not UTF-8' };
  try {
    return readReport(text, hasBody, 'the report');
  } catch (error) {
    return { problem: error instanceof RangeError ? 'the report is nested too deeply' : (error as Error).message };
  }
}

/** JSON is UTF-8. Bytes that are none would be replaced by another character. */
function decoded(content: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
}
