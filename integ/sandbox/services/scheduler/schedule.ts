import { type Properties, propertiesOf } from '../../assembly/properties';
import type { Assembly, Resource } from '../../contracts';
import { timesOf } from '../../process/schedule-expression';
import { type RetryPolicy, readDeadLetterArn, readRetryPolicy, whole } from '../../streams/retry-policy';

export const SCHEDULE = 'AWS::Scheduler::Schedule';

export type TargetKind = 'lambda' | 'states';

/** A schedule of the template. */
export interface TemplateSchedule {
  readonly resource: Resource;
  readonly name: string;
  readonly arn: string;
  /** A role that is assumed by Scheduler sees this ARN as the source. */
  readonly groupArn: string;
  readonly enabled: boolean;
  readonly expression: string;
  readonly timeZone: string;
  readonly startDate?: number;
  readonly endDate?: number;
  /** 0 without a flexible window. */
  readonly windowMinutes: number;
  readonly target: {
    readonly kind: TargetKind;
    readonly arn: string;
    readonly roleArn: string;
    readonly input: string;
    readonly deadLetterArn?: string;
    readonly retry: RetryPolicy;
  };
}

/**
 * Reads a schedule, and validates it as CreateSchedule does.
 *
 * @throws if AWS would reject it or the sandbox does not support it
 */
export function readSchedule(assembly: Assembly, resource: Resource): TemplateSchedule {
  const schedule = propertiesOf(assembly, resource);
  const timeZone = schedule.text('ScheduleExpressionTimezone') ?? 'UTC';
  checkZone(timeZone, schedule);
  const expression = schedule.required('ScheduleExpression');
  schedule.attempt('ScheduleExpression', () => timesOf(expression, { timeZone, createdAt: 0 }));
  const arn = assembly.attribute(resource, 'Arn');
  const state = schedule.text('State') ?? 'ENABLED';
  if (state !== 'ENABLED' && state !== 'DISABLED') throw schedule.invalid('State', `${state} is not ENABLED or DISABLED`);
  return {
    ...{ resource, arn, expression, timeZone, name: assembly.ref(resource), enabled: state === 'ENABLED' },
    groupArn: arn.slice(0, arn.lastIndexOf('/')).replace(':schedule/', ':schedule-group/'),
    startDate: dateOf(schedule, 'StartDate'),
    endDate: dateOf(schedule, 'EndDate'),
    windowMinutes: windowOf(schedule),
    target: targetOf(schedule),
  };
}

function checkZone(timeZone: string, schedule: Properties): void {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone });
  } catch {
    throw schedule.invalid('ScheduleExpressionTimezone', `${timeZone} is not a time zone`);
  }
}

function dateOf(schedule: Properties, name: string): number | undefined {
  const text = schedule.text(name);
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw schedule.invalid(name, `${text} is not a time`);
  return time;
}

/** Documented: `FlexibleTimeWindow` is required, and its window has 1 to 1,440 minutes. */
function windowOf(schedule: Properties): number {
  const window = schedule.object('FlexibleTimeWindow');
  const mode = window?.required('Mode');
  if (window === undefined) throw schedule.invalid('FlexibleTimeWindow', 'is missing');
  const minutes = window.number('MaximumWindowInMinutes');
  if (mode === 'OFF' && minutes === undefined) return 0;
  if (mode !== 'FLEXIBLE') throw window.invalid('Mode', `${mode} must be FLEXIBLE, or OFF without a window`);
  return whole(window, 'MaximumWindowInMinutes', 1, 1_440);
}

function targetOf(schedule: Properties): TemplateSchedule['target'] {
  const target = schedule.object('Target');
  if (target === undefined) throw schedule.invalid('Target', 'is missing');
  const arn = target.required('Arn');
  const kind = arn.split(':')[2];
  if (kind !== 'lambda' && kind !== 'states') throw target.invalid('Arn', `${arn} is not supported: only functions and state machines are`);
  const deadLetterArn = readDeadLetterArn(target);
  const input = target.text('Input');
  if (input === undefined) throw target.invalid('Input', 'is missing: the event that Scheduler sends without it is not supported');
  target.attempt('Input', () => JSON.parse(input));
  return {
    ...{ kind, arn, deadLetterArn, input, roleArn: target.required('RoleArn') },
    retry: readRetryPolicy(target),
  };
}
