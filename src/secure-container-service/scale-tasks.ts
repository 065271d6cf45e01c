import { Duration, Token } from 'aws-cdk-lib';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import type { Balancer } from './service-parts';
import type { SettledScaling } from './settings';

/** More tasks soon, fewer slowly: a lesson's first minute should not be waited for twice. */
const COOLDOWN = { scaleOutCooldown: Duration.seconds(30), scaleInCooldown: Duration.minutes(5) };

/** Lets Application Auto Scaling decide how many tasks run. */
export function scaleTasks(service: FargateService, scaling: SettledScaling, balancer: Balancer | undefined): void {
  const { minTasks, maxTasks, cpuPercent, memoryPercent, requestsPerTask } = scaling;
  const isKnown = !Token.isUnresolved(minTasks) && !Token.isUnresolved(maxTasks);
  // A maximum that is too small is reported together with all else that is wrong.
  const tasks = service.autoScaleTaskCount({ minCapacity: minTasks, maxCapacity: isKnown ? Math.max(minTasks, maxTasks) : maxTasks });
  tasks.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: cpuPercent, ...COOLDOWN });
  tasks.scaleOnMemoryUtilization('Memory', { targetUtilizationPercent: memoryPercent, ...COOLDOWN });
  if (requestsPerTask === undefined || balancer === undefined) return;
  tasks.scaleOnRequestCount('Requests', { requestsPerTarget: requestsPerTask, targetGroup: balancer.targetGroups[0], ...COOLDOWN });
}
