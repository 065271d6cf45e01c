import { asReport, type ReportStatus } from '../items';
import { leftLine } from '../log-lines';
import { reportKey } from '../sync-table';
import type { Dependencies, ReportEvent } from './dependencies';

/** The step "Leave it for the next attempt": it was tried often enough for this attempt. The next one continues with what the table has. */
export async function leave({ period, tenant }: ReportEvent, { table, log }: Dependencies): Promise<{ readonly status: ReportStatus }> {
  const { status } = asReport((await table.read(reportKey(period, tenant))) ?? {});
  log(leftLine(period, status));
  return { status };
}
