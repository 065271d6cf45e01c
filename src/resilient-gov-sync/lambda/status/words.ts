import type { PeriodStatus, ReportStatus } from '../items';

/** What the status of a report means to a person who does not know how the sync works. */
export const REPORT_WORDS: Readonly<Record<ReportStatus, string>> = {
  PLANNED: 'Not sent yet',
  SENDING: 'Being sent',
  WAITING: 'Waiting, will be sent again',
  CONFIRMED: 'Arrived',
  WITHDRAWN: 'Withdrawn, will not be sent',
  REJECTED: 'Rejected, needs a correction',
  OUTCOME_UNKNOWN: 'Unknown whether it arrived, ask the authority',
};

/** In the order of the way of a report. What needs a person comes last. */
export const REPORT_STATUSES = Object.keys(REPORT_WORDS) as readonly ReportStatus[];

export const PERIOD_WORDS: Readonly<Record<PeriodStatus, string>> = {
  WAITING_FOR_DATA: 'Waiting until the data is complete',
  SENDING: 'Reports are being sent',
  WAITING_FOR_LOOK_UP: 'Waiting until reports can be looked up',
  INCOMPLETE: 'Some reports are still to be sent',
  COMPLETE: 'Finished',
};
