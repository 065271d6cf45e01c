import { isCallAllowed } from '../api-item';
import { audited } from '../audited';
import { asReport, type ReportItem } from '../items';
import { hasLease } from '../lease';
import { reportKey } from '../sync-table';
import { isInTurn } from '../turns';
import type { Dependencies, ReportEvent } from './dependencies';

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

/** The step "Record the send": from now on the report may have been sent. A turn that is over, or that the breaker ended, is given up. */
export async function record(event: RecordEvent, dependencies: Dependencies): Promise<Recorded> {
  const { period, tenant, child, execution, call, turn } = event;
  const { table, rules, now } = dependencies;
  const giveUp = { action: 'GIVE_UP' } as const;
  if (!isInTurn(turn, now(), rules.rate)) return giveUp;
  if (!(await isCallAllowed(child, dependencies)) || !(await hasLease(period, execution, dependencies))) return giveUp;
  const found = asReport((await table.read(reportKey(period, tenant))) ?? {});
  if (found.worker !== child) return giveUp;
  if (call === 'LOOK_UP') return lookUp(found, event, dependencies);
  const isRepeated = found.status === 'SENDING' && found.sender === child && found.turn === turn;
  const report = isRepeated ? found : await startSend(found, event, dependencies);
  if (report === undefined) return giveUp;
  const chain = await audited(report, event, { event: 'SENDING' }, dependencies);
  await table.change(reportKey(period, tenant), { set: chain, expect: { status: 'SENDING', sender: child, turn } });
  return send(report, event, dependencies);
}

async function startSend(found: ReportItem, event: RecordEvent, { table, now }: Dependencies): Promise<ReportItem | undefined> {
  const { period, tenant, child, turn } = event;
  const { status, turns, sends } = found;
  if ((status !== 'PLANNED' && status !== 'WAITING') || found.verdict !== undefined) return undefined;
  const set = { status: 'SENDING', since: now(), sender: child, turn, sentAt: now(), sends: sends + 1 };
  const started = await table.change(reportKey(period, tenant), {
    ...{ set, remove: ['waitUntil', 'reason'] },
    expect: { status, worker: child, turns, sends },
  });
  return started === undefined ? undefined : asReport(started);
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

async function lookUp(report: ReportItem, event: RecordEvent, dependencies: Dependencies): Promise<Recorded> {
  const { period, tenant, child, turn } = event;
  const { table, rules } = dependencies;
  const { duplicates, rate, transport } = rules;
  if (report.unknownSince === undefined || duplicates.mode !== 'lookUp') return { action: 'GIVE_UP' };
  const chain = await audited(report, event, { event: 'LOOKED_UP' }, dependencies);
  await table.change(reportKey(period, tenant), { set: chain, expect: { worker: child, turns: report.turns } });
  const path = duplicates.path
    .replaceAll('{tenant}', encodeURIComponent(tenant))
    .replaceAll('{period}', encodeURIComponent(period))
    .slice(1);
  if (transport.hasBody) return { action: 'GO', path, headers: {} };
  return {
    action: 'GO',
    path,
    headers: {},
    request: { kind: 'lookUp', tenant, period, notAfter: new Date(turn + rate.latenessMs).toISOString() },
  };
}
