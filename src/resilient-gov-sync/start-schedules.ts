import type { Construct } from 'constructs';
import { createFunctionSchedule, createScheduleRole, type ScheduledFunction } from '../core/private/function-schedule';
import type { GovSchedule } from './gov-schedule';

/** What the schedules are made of. */
export interface StartSchedulesProps extends ScheduledFunction {
  readonly schedule: GovSchedule;
}

const EVERY_HOURS = 6;
/** Also an end of a period that is late by a day is not lost. */
const DAY_SECONDS = 86_400;
/** The next run does the same. */
const LATEST_CONTINUE_SECONDS = 3 * 3_600;
const SCHEDULED_TIME = '<aws.scheduler.scheduled-time>';

/**
 * Creates the schedule of each quarter and the one of every 6 hours, as the children `PeriodSchedule` and `AttemptSchedule`. The second one
 * has the time zone and the minute of the first, so that an attempt that failed is started again 6 hours after its time.
 */
export function createStartSchedules(scope: Construct, { schedule, ...target }: StartSchedulesProps): void {
  const role = createScheduleRole(scope, 'ScheduleRole', target);
  const timeZone = schedule.timeZone.timezoneName;
  const { _day: day, _hour: hour } = schedule;
  createFunctionSchedule(scope, 'PeriodSchedule', {
    ...{ ...target, role, timeZone },
    description: 'Starts the sync of the quarter that has ended.',
    expression: `cron(0 ${hour} ${day} 1,4,7,10 ? *)`,
    flexibleMinutes: schedule._flexibleMinutes,
    input: JSON.stringify({ kind: 'PERIOD_END', scheduledTime: SCHEDULED_TIME }),
    latestStartSeconds: DAY_SECONDS,
  });
  createFunctionSchedule(scope, 'AttemptSchedule', {
    ...{ ...target, role, timeZone },
    description: 'Starts syncs again that failed, and measures those that are open.',
    expression: `cron(0 ${hoursFrom(hour)} * * ? *)`,
    flexibleMinutes: 0,
    input: JSON.stringify({ kind: 'OPEN_PERIODS', scheduledTime: SCHEDULED_TIME }),
    latestStartSeconds: LATEST_CONTINUE_SECONDS,
  });
}

/** Every 6 hours of a day, one of which is the given hour: `0,6,12,18`. */
function hoursFrom(hour: number): string {
  return Array.from({ length: 24 / EVERY_HOURS }, (_, index) => (hour % EVERY_HOURS) + index * EVERY_HOURS).join(',');
}
