import { DescribeServicesCommand, ECSClient, type Service, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { registerRevision, withVariables } from '../../kit/task-revision';
import type { Resource, RunningTask, Sandbox, StackUpdate } from '../../sandbox';

/** The service of the proof, as its operator sees it. */
export interface DeployedService {
  /** Its tasks that run. */
  tasks(): readonly RunningTask[];
  /** Changes the number of tasks, and waits until they are healthy. */
  scale(count: number): Promise<void>;
  replace(): Promise<void>;
  /** Kills the processes of a task, and waits until the load balancer sends it no further requests. */
  kill(task: RunningTask): Promise<void>;
  /** Waits until the service has all its tasks, and the load balancer finds them healthy. */
  steady(): Promise<void>;
  /** Registers a revision of the task definition that runs, with other variables. @returns its ARN */
  register(environment: Readonly<Record<string, string>>): Promise<string>;
  /** Deploys a revision, and waits until it is complete or rolled back. @returns the revision that runs then */
  deploy(revision: string): Promise<string>;
  /** The update of the stack that gives the service a revision: first the migration, and the service only if that has succeeded. */
  release(revision: string, migration: readonly string[]): Promise<StackUpdate>;
  /** The messages of its events, the newest first. */
  events(): Promise<string[]>;
  close(): void;
}

const STEADY_TIMEOUT_MS = 90_000;
const POLL_MS = 50;

export interface ServiceResources {
  readonly service: Resource;
  readonly targetGroup: Resource;
  readonly migration: Resource;
  /** The port of the container. */
  readonly port: number;
}

export function deployedService(sandbox: Sandbox, { service, targetGroup, migration, port }: ServiceResources): DeployedService {
  const { assembly, containerServices, loadBalancers, endpoint, stacks } = sandbox;
  const { accessKeyId, secretAccessKey } = endpoint.administrator();
  const ecs = new ECSClient({ endpoint: endpoint.url, region: assembly.region, credentials: { accessKeyId, secretAccessKey } });
  const arn = assembly.ref(service);
  const name = { cluster: arn.split('/').at(-2), service: arn };
  const groupArn = assembly.ref(targetGroup);
  let count = 1;

  const described = async (): Promise<Service> => {
    const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster: name.cluster, services: [arn] }));
    return services[0];
  };
  const tasks = () => containerServices.tasks(arn).filter(({ lastStatus }) => lastStatus === 'RUNNING');
  const isHealthy = ({ networkInterface }: RunningTask) =>
    loadBalancers.health(groupArn, `${networkInterface.privateIp}:${port}`) === 'healthy';
  const healthy = () => tasks().filter(isHealthy);
  const steady = () => until('all tasks are healthy', () => containerServices.tasks(arn).length === count && healthy().length === count);
  const isComplete = async () => ((await described()).deployments ?? []).every(({ rolloutState }) => rolloutState === 'COMPLETED');

  async function deploy(taskDefinition: string): Promise<string> {
    await ecs.send(new UpdateServiceCommand({ ...name, taskDefinition }));
    await until(`the deployment of ${taskDefinition} has ended`, isComplete);
    return (await described()).taskDefinition ?? '';
  }

  return {
    tasks,
    steady,
    deploy,
    async scale(desiredCount) {
      count = desiredCount;
      await ecs.send(new UpdateServiceCommand({ ...name, desiredCount }));
      await steady();
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
      const { taskDefinition: running } = await described();
      return registerRevision(ecs, running ?? '', 'service', (container) => ({ environment: withVariables(container, environment) }));
    },
    async release(revision, migrationCommand) {
      // CloudFormation changes a resource after those that it depends on, and not at all if one of them fails.
      if (!assembly.waitsFor(service, migration)) throw new Error(`${service.id} does not depend on ${migration.id}`);
      const update = await stacks.update(migration, { TaskDefinition: revision, Command: [...migrationCommand] });
      if (update.status === 'UPDATE_COMPLETE') await deploy(revision);
      return update;
    },
    events: async () => ((await described()).events ?? []).map(({ message }) => message ?? ''),
    close: () => ecs.destroy(),
  };
}

async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + STEADY_TIMEOUT_MS;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`after ${STEADY_TIMEOUT_MS / 1000} s, it is not true that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
