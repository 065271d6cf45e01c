export { appendEntry } from './append-entry';
export type { ClosedChain, ClosingRecord } from './closing-record';
export { type AuditChain, type AuditEntry, type AuditEvent, NO_ENTRY } from './entry';
export type { Audit } from './store';
export { type AuditObject, type Finding, type FindingKind, type Verification, verifyPeriod } from './verify-period';
export { writeClosingRecord } from './write-closing-record';
