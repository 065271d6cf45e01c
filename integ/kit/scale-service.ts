import { ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { Resource, RunningTask, Sandbox } from '../sandbox';
import { sdkSettings } from './sdk-settings';

const TIMEOUT_MS = 180_000;

/**
 * Sets the number of tasks of a service behind a load balancer, as its scaling does on AWS (the sandbox does not scale), and waits until all
 * get requests.
 *
 * @param service an `AWS::ECS::Service`
 */
export async function scaleService(sandbox: Sandbox, service: Resource, tasks: number): Promise<readonly RunningTask[]> {
  const { assembly, containerServices, loadBalancers } = sandbox;
  const arn = assembly.ref(service);
  const { Cluster: cluster, LoadBalancers: targets } = assembly.properties(service) as {
    Cluster?: string;
    LoadBalancers?: { TargetGroupArn: string; ContainerPort: number }[];
  };
  const ecs = new ECSClient(sdkSettings(sandbox));
  try {
    await ecs.send(new UpdateServiceCommand({ cluster, service: arn, desiredCount: tasks }));
  } finally {
    ecs.destroy();
  }
  const isServing = ({ lastStatus, networkInterface }: RunningTask) =>
    lastStatus === 'RUNNING' &&
    (targets ?? []).every(
      ({ TargetGroupArn, ContainerPort }) =>
        loadBalancers.health(TargetGroupArn, `${networkInterface.privateIp}:${ContainerPort}`) === 'healthy',
    );
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    const running = containerServices.tasks(arn);
    if (running.length === tasks && running.every(isServing)) return running;
    if (Date.now() > deadline) {
      const states = running.map(({ lastStatus }) => lastStatus).join(', ');
      throw new Error(`${service.path}: expected ${tasks} tasks with requests within ${TIMEOUT_MS / 1000} s, found ${states}`);
    }
    await new Promise((wake) => setTimeout(wake, 100));
  }
}
