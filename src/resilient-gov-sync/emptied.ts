import type { ReportItem } from './lambda/items';

/** Of each attribute of a report, whether it remains when the data of its tenant is removed. */
const REMAINS: { readonly [Name in keyof Required<ReportItem>]: boolean } = {
  // What keeps the report from being sent again, and what the closing record of its period is made from.
  ...{ tenant: true, status: true, since: true, revision: true, sends: true, auditEntries: true, auditHead: true, removedAt: true },
  ...{ payloadKey: false, payloadHash: false, bytes: false, rows: false, plannedBy: false, sourceTag: false },
  // Words and receipts of the API and of people. The audit has them for as long as the law wants.
  ...{ reason: false, said: false, receipt: false, verdict: false },
  ...{ worker: false, turns: false, sender: false, turn: false, sentAt: false, sentBefore: false },
  ...{ waitUntil: false, leftBy: false, unknownSince: false },
};

/** Attributes that are removed from a report. */
export const EMPTIED = Object.entries(REMAINS).flatMap(([name, remains]) => (remains ? [] : [name]));
