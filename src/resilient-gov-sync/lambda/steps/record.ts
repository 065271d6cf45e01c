import { isCallAllowed } from '../api-item';
import { audited } from '../audited';
import { asReport, type ReportItem } from '../items';
import { hasLease } from '../lease';
import { type Change, reportKey } from '../sync-table';
import { isInTurn } from '../turns';
import type { Dependencies, ReportEvent, Rules } from './dependencies';

export interface RecordEvent extends ReportEvent {
  readonly call: 'SEND' | 'LOOK_UP';
  readonly turn: number;
}

export type Recorded =
  | {
      readonly action: 'GO';
      /** Without its first slash. */
      readonly path: string;
      readonly headers: Readonly<Record<string, string>>;
      /** What an HTTP Task sends. */
      readonly body?: unknown;
      /** What the user's function gets, besides method, URL and headers. */
      readonly request?: object;
    }
  | { readonly action: 'GIVE_UP' };

/** Documented: "Wait workflow state": timestamps have whole seconds on AWS, so that the state can end almost a second too early. */
const EARLIEST_MS = 2_000;

/** The step "Record the request": from now on the report may have been sent. A turn that is over, or that the breaker ended, is given up. */
export async function record(event: RecordEvent, dependencies: Dependencies): Promise<Recorded> {
  const { period, tenant, child, execution, call, turn } = event;
  const { table, rules, now } = dependencies;
  const found = asReport((await table.read(reportKey(period, tenant))) ?? {});
  // What takes time is done before the turn.
  const request = call === 'LOOK_UP' ? lookUp(event, rules) : await send(found, event, dependencies);
  while (turn > now() && turn - now() < EARLIEST_MS) await dependencies.pause(turn - now());
  if (found.worker !== child || !isInTurn(turn, now(), rules.rate)) return GIVE_UP;
  if (!(await isCallAllowed(child, dependencies)) || !(await hasLease(period, execution, dependencies))) return GIVE_UP;
  if (call === 'LOOK_UP') return recordLookUp(found, event, request, dependencies);
  const isRepeated = found.status === 'SENDING' && found.sender === child && found.turn === turn;
  if (!isRepeated && !isToBeSent(found)) return GIVE_UP;
  // The entry comes first: if it cannot be written, the table does not say that the report may have been sent.
  const chain = await audited(found, event, { event: 'SENDING' }, dependencies);
  const change = isRepeated ? again(event) : start(found, event, now());
  const sending = await table.change(reportKey(period, tenant), {
    ...change,
    set: { ...change.set, ...chain },
    // Of two invocations for one turn, one makes the call.
    expect: { ...change.expect, auditHead: rawHead(found) },
  });
  if (sending === undefined) return GIVE_UP;
  return isInTurn(turn, now(), rules.rate) ? request : takeBack(asReport(sending), event, dependencies);
}

/** The head as the item has it: none before the first entry. */
const rawHead = ({ auditEntries, auditHead }: ReportItem) => (auditEntries === 0 ? undefined : auditHead);

const GIVE_UP = { action: 'GIVE_UP' } as const;

/** The turn was over before the call: the report is what it was before. */
async function takeBack(report: ReportItem, event: RecordEvent, dependencies: Dependencies): Promise<Recorded> {
  const { period, tenant, child, turn } = event;
  const reason = 'its turn was over before the call';
  const chain = await audited(report, event, { event: 'TRY_LATER', reason }, dependencies);
  const set = { ...chain, status: 'WAITING', since: dependencies.now(), sends: report.sends - 1, sentAt: report.sentBefore, reason };
  await dependencies.table.change(reportKey(period, tenant), {
    set,
    expect: { status: 'SENDING', sender: child, turn, auditHead: report.auditHead },
  });
  return GIVE_UP;
}

function isToBeSent({ status, verdict }: ReportItem): boolean {
  return (status === 'PLANNED' || status === 'WAITING') && verdict === undefined;
}

function start({ status, turns, sends, sentAt }: ReportItem, { child, turn }: RecordEvent, now: number): Change {
  return {
    set: { status: 'SENDING', since: now, sender: child, turn, sentBefore: sentAt, sentAt: now, sends: sends + 1 },
    remove: ['waitUntil', 'reason', 'leftBy'],
    expect: { status, worker: child, turns, sends },
  };
}

/** Of an invocation whose result Step Functions did not get. */
function again({ child, turn }: RecordEvent): Change {
  return { set: {}, expect: { status: 'SENDING', sender: child, turn } };
}

async function send(report: ReportItem, { period, tenant, turn }: RecordEvent, { store, rules }: Dependencies): Promise<Recorded> {
  const { payloadKey: key, payloadHash: sha256 } = report;
  const { duplicates, transport, rate } = rules;
  const headers: Record<string, string> =
    duplicates.mode === 'idempotencyKey' ? { [duplicates.header]: keyOf(tenant, period, sha256) } : {};
  const { path } = rules;
  if (transport.hasBody) return { action: 'GO', path, headers, body: JSON.parse(await store.read(key)) as unknown };
  const request = {
    kind: 'report',
    tenant,
    period,
    bucket: store.bucket,
    key,
    sha256,
    notAfter: new Date(turn + rate.latenessMs).toISOString(),
  };
  return { action: 'GO', path, headers: { 'content-type': 'application/json', ...headers }, request };
}

/** `tenant#period#sha256(payload)`, in characters that a header can have. */
function keyOf(tenant: string, period: string, hash: string): string {
  return `${encodeURIComponent(tenant)}#${period}#${hash}`;
}

/** The request of a look-up. */
function lookUp({ period, tenant, turn }: RecordEvent, { duplicates, rate, transport }: Rules): Recorded {
  if (duplicates.mode !== 'lookUp') return GIVE_UP;
  const path = duplicates.path
    .replaceAll('{tenant}', encodeURIComponent(tenant))
    .replaceAll('{period}', encodeURIComponent(period))
    .slice(1);
  if (transport.hasBody) return { action: 'GO', path, headers: {} };
  const notAfter = new Date(turn + rate.latenessMs).toISOString();
  return { action: 'GO', path, headers: {}, request: { kind: 'lookUp', tenant, period, notAfter } };
}

async function recordLookUp(report: ReportItem, event: RecordEvent, request: Recorded, dependencies: Dependencies): Promise<Recorded> {
  const { period, tenant, child, turn } = event;
  if (report.unknownSince === undefined) return GIVE_UP;
  const chain = await audited(report, event, { event: 'LOOKED_UP' }, dependencies);
  await dependencies.table.change(reportKey(period, tenant), { set: chain, expect: { worker: child, turns: report.turns } });
  return isInTurn(turn, dependencies.now(), dependencies.rules.rate) ? request : GIVE_UP;
}
