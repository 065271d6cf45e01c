import { DescribeServicesCommand, ECSClient, type Service, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { scaleService } from '../../kit/scale-service';
import { sdkSettings } from '../../kit/sdk-settings';
import { registerRevision, withVariables } from '../../kit/task-revision';
import type { Resource, RunningTask, Sandbox } from '../../sandbox';

/** A service behind a load balancer, as its operator sees it. */
export interface DeployedService {
  readonly resource: Resource;
  /** Changes the number of tasks, and waits until they are healthy. */
  scale(count: number): Promise<void>;
  replace(): Promise<void>;
  /** Kills the processes of a task, and waits until the load balancer sends it no further requests. */
  kill(task: RunningTask): Promise<void>;
  /** Waits until the service has all its tasks, and the load balancer finds them healthy. */
  steady(): Promise<readonly RunningTask[]>;
  /** Registers a revision of the task definition that runs, with other variables. @returns its ARN */
  register(environment: Readonly<Record<string, string>>): Promise<string>;
  /** Deploys a revision, and waits until it is complete or rolled back. @returns the revision that runs then */
  deploy(revision: string): Promise<string>;
  /** The messages of its events, the newest first. */
  events(): Promise<string[]>;
  close(): void;
}

const TIMEOUT_MS = 90_000;
const POLL_MS = 50;

export function deployedService(sandbox: Sandbox, resource: Resource): DeployedService {
  const { assembly, containerServices, loadBalancers } = sandbox;
  const ecs = new ECSClient(sdkSettings(sandbox));
  const arn = assembly.ref(resource);
  const name = { cluster: arn.split('/').at(-2), service: arn };
  const [target] = assembly.properties(resource).LoadBalancers as { TargetGroupArn: string; ContainerPort: number }[];
  let count = 1;

  const described = async (): Promise<Service> => {
    const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster: name.cluster, services: [arn] }));
    return services[0];
  };
  const isHealthy = ({ networkInterface }: RunningTask) =>
    loadBalancers.health(target.TargetGroupArn, `${networkInterface.privateIp}:${target.ContainerPort}`) === 'healthy';
  const hasAll = () => {
    const tasks = containerServices.tasks(arn);
    return tasks.length === count && tasks.every((task) => task.lastStatus === 'RUNNING' && isHealthy(task));
  };
  const steady = async () => {
    await until(`${resource.path} has ${count} healthy tasks`, hasAll);
    return containerServices.tasks(arn);
  };

  return {
    resource,
    steady,
    async scale(tasks) {
      count = tasks;
      await scaleService(sandbox, resource, tasks);
    },
    async replace() {
      await containerServices.replace(arn);
      await steady();
    },
    async kill(task) {
      containerServices.kill(task.arn);
      // In each turn of the event loop: ECS and the load balancer run in this process.
      while (isHealthy(task)) await new Promise((resolve) => setImmediate(resolve));
    },
    async register(environment) {
      const { taskDefinition = '' } = await described();
      return registerRevision(ecs, taskDefinition, 'service', (container) => ({ environment: withVariables(container, environment) }));
    },
    async deploy(taskDefinition) {
      await ecs.send(new UpdateServiceCommand({ ...name, taskDefinition }));
      const isComplete = async () => ((await described()).deployments ?? []).every(({ rolloutState }) => rolloutState === 'COMPLETED');
      await until(`the deployment of ${taskDefinition} has ended`, isComplete);
      return (await described()).taskDefinition ?? '';
    },
    events: async () => ((await described()).events ?? []).map(({ message }) => message ?? ''),
    close: () => ecs.destroy(),
  };
}

async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`after ${TIMEOUT_MS / 1000} s, it is not true that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
