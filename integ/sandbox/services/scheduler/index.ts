import { unreadable } from '../../assembly/properties';
import type { ScheduledInvocation } from '../../contracts';
import type { ServiceModule } from '../../service-module';
import { scheduleMetrics } from './metrics';
import { scheduleType } from './resource-types';
import { type RunningSchedule, runSchedule } from './run-schedule';
import { readSchedule, SCHEDULE } from './schedule';

/** Invocations that are remembered. */
const REMEMBERED = 10_000;

/** Schedules of EventBridge Scheduler, for functions and state machines. */
export const scheduler: ServiceModule = {
  types: [scheduleType],
  late: [SCHEDULE],
  invalid: (assembly) => unreadable(assembly, [[SCHEDULE, readSchedule]]),
  start(context) {
    const running: RunningSchedule[] = [];
    const invocations: ScheduledInvocation[] = [];
    const metrics = scheduleMetrics(context.use('metrics'));
    const record = (invocation: ScheduledInvocation) => {
      invocations.push(invocation);
      if (invocations.length > REMEMBERED) invocations.shift();
    };
    context.offer('schedules', { invocations: () => invocations });
    return {
      async ready() {
        for (const resource of context.assembly.ofType(SCHEDULE).filter(context.schedules)) {
          try {
            const schedule = context.assembly.read(resource, readSchedule);
            if (schedule.enabled) running.push(runSchedule(context, schedule, record, metrics));
          } catch (error) {
            context.reject(resource, error as Error);
          }
        }
      },
      async close() {
        await Promise.all(running.map((one) => one.close()));
      },
    };
  },
};
