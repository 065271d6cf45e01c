import { quotedText } from '../../../runtime/log-line';
import { type Period, periodNamed } from '../period';

/** Who decided, and why: both are in the audit. */
export interface Decider {
  /** The number of a ticket, or a name. */
  readonly who: string;
  readonly why: string;
}

/** What a person decided about reports that were put aside. */
export type ResolveRequest = Decider & { readonly period: Period } & (
    | {
        /** Rejected reports are sent again, as they are or as the source has written them since. */
        readonly kind: 'REPLAY';
        readonly tenants: readonly string[] | 'ALL';
        readonly fromSource: boolean;
        readonly earlierSendNotAccepted: boolean;
      }
    /** A rejected report is replaced by a corrected one, which is sent. */
    | {
        readonly kind: 'CORRECT';
        readonly tenants: readonly [string];
        readonly report: string;
        /** The person has asked the owner of the API: no earlier send of it was accepted. */
        readonly earlierSendNotAccepted: boolean;
      }
    /** The API has accepted a report whose outcome was unknown. */
    | { readonly kind: 'ACCEPTED'; readonly tenants: readonly [string]; readonly receipt: string }
    /**
     * NOT_ACCEPTED: the API has not accepted reports whose outcomes were unknown, and they are sent again. WITHDRAWN: reports are not to be
     * sent any more, such as that of a school that was closed.
     */
    | { readonly kind: 'NOT_ACCEPTED' | 'WITHDRAWN'; readonly tenants: readonly string[] }
  );

const COMMON = ['kind', 'period', 'who', 'why'];
const FIELDS: Readonly<Record<ResolveRequest['kind'], readonly string[]>> = {
  REPLAY: [...COMMON, 'tenants', 'all', 'fromSource', 'earlierSendNotAccepted'],
  CORRECT: [...COMMON, 'tenant', 'report', 'earlierSendNotAccepted'],
  ACCEPTED: [...COMMON, 'tenant', 'receipt'],
  NOT_ACCEPTED: [...COMMON, 'tenants'],
  WITHDRAWN: [...COMMON, 'tenants'],
};
const KINDS = Object.keys(FIELDS) as readonly ResolveRequest['kind'][];
const LONGEST_TEXT = 1_000;
/** A sort key has at most 1,024 bytes. */
const LONGEST_TENANT = 1_000;
/** Reports that one invocation has time for. */
export const MOST_TENANTS = 1_000;

/**
 * Reads an event of a person, such as `{"kind":"REPLAY","period":"2026Q4","all":true,"who":"ticket 12","why":"course codes corrected"}`.
 *
 * @throws with the field and what is expected. Messages never quote reports, because Lambda logs them.
 */
export function readResolveRequest(event: unknown, timeZone: string): ResolveRequest {
  if (typeof event !== 'object' || event === null) throw new Error('invalid event: expected an object with kind');
  const fields = event as Readonly<Record<string, unknown>>;
  const kind = KINDS.find((one) => one === fields.kind);
  if (kind === undefined) throw new Error(`invalid kind: expected one of ${KINDS.join(', ')}`);
  const unknown = Object.keys(fields).find((name) => !FIELDS[kind].includes(name));
  if (unknown !== undefined) throw new Error(`invalid field ${quotedText(unknown, 40)}: expected only ${FIELDS[kind].join(', ')}`);
  if (typeof fields.period !== 'string') throw new Error('invalid period: expected a quarter, such as 2026Q4');
  const common = {
    ...{ period: periodNamed(fields.period, timeZone) },
    ...{ who: text('who', fields.who, LONGEST_TEXT), why: text('why', fields.why, LONGEST_TEXT) },
  };
  const earlierSendNotAccepted = flag('earlierSendNotAccepted', fields.earlierSendNotAccepted);
  switch (kind) {
    case 'REPLAY': {
      const fromSource = flag('fromSource', fields.fromSource);
      return { ...common, kind, tenants: tenantsOrAll(fields), fromSource, earlierSendNotAccepted };
    }
    case 'CORRECT':
      return { ...common, kind, tenants: [tenantOf(fields)], report: reportOf(fields.report), earlierSendNotAccepted };
    case 'ACCEPTED':
      return { ...common, kind, tenants: [tenantOf(fields)], receipt: text('receipt', fields.receipt, LONGEST_TEXT) };
    case 'NOT_ACCEPTED':
    case 'WITHDRAWN':
      return { ...common, kind, tenants: tenantsOf(fields.tenants) };
  }
}

function text(name: string, value: unknown, longest: number): string {
  if (typeof value !== 'string' || value.trim() === '' || value.length > longest)
    throw new Error(`invalid ${name}: expected a text of 1 to ${longest} characters`);
  return value;
}

function tenantOf({ tenant }: Readonly<Record<string, unknown>>): string {
  return text('tenant', tenant, LONGEST_TENANT);
}

/** All reports of a period are never a default. */
function tenantsOrAll({ tenants, all }: Readonly<Record<string, unknown>>): readonly string[] | 'ALL' {
  if (all === undefined) return tenantsOf(tenants);
  if (all !== true || tenants !== undefined) throw new Error('invalid all: expected true without tenants, or tenants alone');
  return 'ALL';
}

function tenantsOf(tenants: unknown): readonly string[] {
  if (!Array.isArray(tenants) || tenants.length === 0 || tenants.length > MOST_TENANTS)
    throw new Error(`invalid tenants: expected a list of 1 to ${MOST_TENANTS} texts`);
  return [...new Set(tenants.map((tenant: unknown, index) => text(`tenants[${index}]`, tenant, LONGEST_TENANT)))];
}

function flag(name: string, value: unknown): boolean {
  if (value !== undefined && typeof value !== 'boolean') throw new Error(`invalid ${name}: expected true or false`);
  return value === true;
}

/** A report is sent exactly as its text is given. An object is written as JSON. */
function reportOf(report: unknown): string {
  if (typeof report === 'string') {
    // It has no encoding in UTF-8: another character would be sent.
    if (/\p{Surrogate}/u.test(report))
      throw new Error('invalid report: its text has half of a surrogate pair, write it as \\u and four digits');
    return report;
  }
  if (typeof report !== 'object' || report === null) throw new Error('invalid report: expected an object, or its text in JSON');
  return JSON.stringify(report);
}
