import { type AuditEntry, appendEntry } from './audit';
import type { ReportItem } from './items';
import type { Dependencies, ReportEvent } from './steps/dependencies';

/** What a step adds to the audit of a report. */
export type Audited = Pick<AuditEntry, 'event' | 'status' | 'answerHash' | 'receipt' | 'reason'>;

/** Adds an entry to the audit of a report. @returns what the item of the report has of its chain then */
export async function audited(
  report: ReportItem,
  { period, tenant, child, attempt }: ReportEvent,
  entry: Audited,
  { audit, now }: Dependencies,
): Promise<Pick<ReportItem, 'auditEntries' | 'auditHead'>> {
  const { auditEntries, auditHead, payloadHash } = report;
  const { entries, head } = await appendEntry(
    audit,
    { period, tenant, entries: auditEntries, head: auditHead },
    { ...entry, at: now(), attempt, execution: child, payloadHash },
  );
  return { auditEntries: entries, auditHead: head };
}
