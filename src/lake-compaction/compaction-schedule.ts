import type { CfnSchedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import { createFunctionSchedule, createScheduleRole, type ScheduledFunction } from '../core/private/function-schedule';

/** What a schedule of runs is made of. */
export interface CompactionScheduleProps extends ScheduledFunction {
  readonly schedule: ScheduleExpression;
}

/** The next run is an hour later, so that a late one is not needed. */
const LATEST_START_SECONDS = 1_800;
const SPREAD_MINUTES = 15;

/** Creates the schedule, as the child `Schedule`, with a role that may invoke the function and send to the queue of dead letters. */
export function createSchedule(scope: Construct, props: CompactionScheduleProps): CfnSchedule {
  const { schedule } = props;
  return createFunctionSchedule(scope, 'Schedule', {
    ...props,
    role: createScheduleRole(scope, 'ScheduleRole', props),
    description: 'Runs the compaction of a data lake.',
    expression: schedule.expressionString,
    timeZone: schedule.timeZone?.timezoneName,
    // Runs of several lakes do not start in the same second.
    flexibleMinutes: SPREAD_MINUTES,
    input: '{}',
    latestStartSeconds: LATEST_START_SECONDS,
  });
}
