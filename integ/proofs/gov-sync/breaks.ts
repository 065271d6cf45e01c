import type { SourceChange } from '../../kit/break-handler';
import type { Break } from '../../systems/gov-sync/break-assembly';

const NO_LEASE: readonly SourceChange[] = [
  {
    file: 'lease.ts',
    from: 'if (leaseOwner !== undefined && leaseOwner !== execution && (await isRunning(leaseOwner))) return undefined;',
    to: 'void isRunning;',
  },
  { file: 'lease.ts', from: 'if (leaseOwner !== execution) return false;', to: '' },
  { file: 'lease.ts', from: 'return leaseOwner === execution && ', to: 'void leaseOwner; return ' },
];

const NO_CLAIM: readonly SourceChange[] = [
  { file: 'steps/decide.ts', from: "const isUnknown = status === 'SENDING';", to: 'const isUnknown = false;' },
  {
    file: 'steps/decide.ts',
    from: 'const expect = { status, worker, turns: found.turns, sender, turn };',
    to: 'const expect = { tenant: found.tenant }; void [sender, turn];',
  },
  { file: 'steps/record.ts', from: 'found.worker !== child', to: 'false' },
  {
    file: 'steps/record.ts',
    from: "(status === 'PLANNED' || status === 'WAITING') && ",
    to: "!['CONFIRMED', 'REJECTED'].includes(status) && ",
  },
  { file: 'steps/record.ts', from: 'expect: { ...change.expect, auditHead: rawHead(found) }', to: 'expect: { tenant }' },
];

export const BREAKS: Readonly<Record<string, Break>> = {
  'no-lease': { what: 'two executions can have the lease of a period at once', changes: NO_LEASE },
  'no-exclusion': { what: 'nor does a report belong to one execution', changes: [...NO_LEASE, ...NO_CLAIM] },
};
