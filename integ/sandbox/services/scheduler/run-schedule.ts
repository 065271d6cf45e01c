import { createHash } from 'node:crypto';
import type { ScheduledInvocation } from '../../contracts';
import { createBackground } from '../../process/background';
import { randomText } from '../../process/random';
import { atTimes, timesOf } from '../../process/schedule-expression';
import type { SandboxContext } from '../../service-module';
import { retriesOf } from '../../streams/retry-policy';
import { roleCaller } from '../../streams/service-caller';
import { type Attributes, codeOf, invokeTarget, sendDeadLetter, withAttributes } from './invoke';
import type { ScheduleMetrics } from './metrics';
import type { TemplateSchedule } from './schedule';

export interface RunningSchedule {
  /** Ends waits; an invocation in progress ends first. */
  close(): Promise<void>;
}

type Dependencies = Pick<SandboxContext, 'assembly' | 'endpoint' | 'clock' | 'report'>;

/** Invokes the target of a schedule at its times, with the permissions of its role. */
export function runSchedule(
  { assembly, endpoint, clock, report }: Dependencies,
  schedule: TemplateSchedule,
  recorded: (invocation: ScheduledInvocation) => void,
  metrics: ScheduleMetrics,
): RunningSchedule {
  const { arn, name, target, resource, startDate, endDate = Number.POSITIVE_INFINITY } = schedule;
  const role = { roleArn: target.roleArn, service: 'scheduler.amazonaws.com', sessionName: name, sourceArn: schedule.groupArn };
  const caller = roleCaller(endpoint, assembly.region, role);
  const group = schedule.groupArn.slice(schedule.groupArn.lastIndexOf('/') + 1);
  const record = (invocation: ScheduledInvocation): void => {
    metrics.attempted(group, invocation);
    recorded(invocation);
  };
  const { signal, keep, close } = createBackground((message) => report(`${resource.id}: ${message}`));

  async function run(): Promise<void> {
    const createdAt = clock.now();
    const next = timesOf(schedule.expression, { timeZone: schedule.timeZone, startDate, createdAt });
    const untilEnd: typeof next = (after) => {
      const time = next(after);
      return time !== undefined && time <= endDate ? time : undefined;
    };
    await atTimes(untilEnd, Math.max(createdAt, startDate ?? 0) - 1, clock, signal, (time) => keep(invoke(time)));
  }

  async function invoke(scheduled: number): Promise<void> {
    await clock.sleep(delayIn(schedule, scheduled), signal);
    const retry = retriesOf(target.retry, clock, signal);
    for (let attempt = 1; ; attempt += 1) {
      const executionId = randomText(8, 'hex');
      const input = withAttributes(target.input, {
        'aws.scheduler.schedule-arn': arn,
        'aws.scheduler.scheduled-time': seconds(scheduled),
        'aws.scheduler.execution-id': executionId,
        'aws.scheduler.attempt-number': String(attempt),
      });
      const made = { scheduleArn: arn, scheduledAt: scheduled, at: clock.now(), attempt, executionId };
      try {
        await invokeTarget(caller, target, input);
        record(made);
        return;
      } catch (error) {
        const [code, message] = [codeOf(error), (error as Error).message];
        record({ ...made, error: code });
        const exhausted = await retry(attempt);
        if (exhausted === undefined) continue;
        signal.throwIfAborted();
        await giveUp(input, {
          ...{ ERROR_CODE: code, ERROR_MESSAGE: message, EXECUTION_ID: executionId, IS_PAYLOAD_TRUNCATED: 'false' },
          EXHAUSTED_RETRY_CONDITION: exhausted,
          ...{ RETRY_ATTEMPTS: String(attempt - 1), SCHEDULED_TIME: seconds(scheduled), SCHEDULE_ARN: arn, TARGET_ARN: target.arn },
        });
        return;
      }
    }
  }

  async function giveUp(input: string, attributes: Attributes): Promise<void> {
    report(`${resource.id}: the invocation for ${attributes.SCHEDULED_TIME} failed: ${attributes.ERROR_MESSAGE}`);
    if (target.deadLetterArn === undefined) return metrics.dropped(group, undefined);
    const sent = await sendDeadLetter(caller, target.deadLetterArn, input, attributes).then(
      () => true,
      (error: Error) => {
        report(`${resource.id}: its dead letter could not be sent: ${error.message}`);
        return false;
      },
    );
    metrics.dropped(group, sent);
  }

  keep(run());
  return { close };
}

/** When a flexible window invokes: somewhere in it, and in each run at the same place for the same schedule and time. */
function delayIn({ arn, windowMinutes }: TemplateSchedule, scheduled: number): number {
  const part = createHash('sha256').update(`${arn} ${scheduled}`).digest().readUInt32BE() / 2 ** 32;
  return Math.floor(part * windowMinutes * 60_000);
}

function seconds(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
