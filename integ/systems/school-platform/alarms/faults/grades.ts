import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { programOf } from '../../../../kit/resident-memory';
import { registerRevision, withVariables } from '../../../../kit/task-revision';
import { failing, UNAVAILABLE } from '../failing';
import type { AlarmFault } from '../fault';
import { LATENCIES } from '../latency';
import { sendRequest } from '../send-request';
import type { WatchedPlatform } from '../watched-platform';

const SERVICE = '/Grades/Service/';
const SLOW_MS = 400;
/** A minute of this machine, at the speed of the proof, and a little more. */
const EXPORT_MINUTES = 14;
/** Requests of a school in a minute, in a lesson. */
const LESSON = 10;
/** A port at which nobody listens. */
const NOBODY = 'http://127.0.0.1:9';

function serviceOf({ platform, sandbox: { assembly } }: WatchedPlatform) {
  const resource = platform.resource('AWS::ECS::Service', SERVICE);
  const { Cluster: cluster, TaskDefinition: taskDefinition } = assembly.properties(resource) as { Cluster: string; TaskDefinition: string };
  return { arn: assembly.ref(resource), cluster, taskDefinition };
}

/** Enough requests of each school for its percentile to count. */
async function lesson({ platform, schools, usual }: WatchedPlatform): Promise<void> {
  const sent = schools.map(async (school) => {
    const request = { method: 'GET', url: `${platform.apiUrl}/students`, token: await usual.token(school), key: '' };
    await Promise.all(Array.from({ length: LESSON }, () => sendRequest(request)));
  });
  await Promise.all(sent);
}

/** The processes of the service's own program. */
function programs(platform: WatchedPlatform): number[] {
  const running = platform.sandbox.containerServices.tasks(serviceOf(platform).arn).filter(({ lastStatus }) => lastStatus === 'RUNNING');
  return running.flatMap((task) => [...task.processIds.keys()].map((container) => programOf(task, container)));
}

const signal = (platform: WatchedPlatform, name: NodeJS.Signals) => {
  for (const pid of programs(platform)) process.kill(pid, name);
};

export const GRADES: readonly AlarmFault[] = [
  {
    what: 'the table answers slowly',
    kind: 'slow or throttled',
    rings: LATENCIES,
    withinMinutes: 12,
    // Which the collector counts, until it sends a batch.
    inMachineTime: true,
    async begin(platform) {
      const { sandbox } = platform;
      sandbox.endpoint.delay('dynamodb', SLOW_MS * sandbox.clock.speed);
      return {
        everyMinute: () => lesson(platform),
        async end() {
          sandbox.endpoint.delay('dynamodb', 0);
          // The service exports its metrics once in a minute of this machine: what was slow is not to arrive during another fault.
          await platform.pass(EXPORT_MINUTES, true);
        },
      };
    },
  },
  {
    what: 'the table is not available to sessions of schools',
    kind: 'slow or throttled',
    rings: ['Grades-Service-ServerErrorShare'],
    mayRing: Object.fromEntries(LATENCIES.map((alarm) => [alarm, 'what fails is tried again before'])),
    withinMinutes: 10,
    async begin(platform) {
      return { end: failing(platform, ['Query', 'TransactWriteItems', 'PutItem'], UNAVAILABLE) };
    },
  },
  {
    what: 'tasks are lost, and new ones cannot read the keys of the user pool',
    kind: 'kills',
    rings: ['Grades-Service-UnhealthyTasks'],
    withinMinutes: 20,
    inMachineTime: true,
    usualRequests: false,
    async begin(platform) {
      const { containerServices, functions, userPools } = platform.sandbox;
      const [{ issuer }] = userPools.pools;
      const restore = functions.forward(new URL(issuer).host, NOBODY);
      for (const { arn } of containerServices.tasks(serviceOf(platform).arn)) containerServices.kill(arn);
      return { end: restore };
    },
  },
  {
    what: 'the service computes without end',
    kind: 'slow or throttled',
    rings: ['Grades-Service-CpuUtilization'],
    withinMinutes: 20,
    usualRequests: false,
    async begin(platform) {
      signal(platform, 'SIGUSR2');
      return { end: () => signal(platform, 'SIGUSR2') };
    },
  },
  {
    what: 'the service keeps more and more memory',
    kind: 'slow or throttled',
    rings: ['Grades-Service-MemoryUtilization'],
    withinMinutes: 12,
    async begin(platform) {
      signal(platform, 'SIGHUP');
      // As the README says: new tasks.
      return { end: () => platform.sandbox.containerServices.replace(serviceOf(platform).arn) };
    },
  },
  {
    what: 'a version is deployed that does not start',
    kind: 'operators',
    rings: ['Grades-Service-FailedDeployments'],
    withinMinutes: 60,
    async begin(platform) {
      const { arn: service, cluster, taskDefinition } = serviceOf(platform);
      const { ecs } = platform.aws;
      const { containerDefinitions = [] } = platform.sandbox.assembly.properties(
        platform.platform.resource('AWS::ECS::TaskDefinition', SERVICE),
      ) as { containerDefinitions?: { Name: string }[] };
      const name = containerDefinitions[0]?.Name ?? 'service';
      const broken = await registerRevision(ecs, taskDefinition, name, (container) => ({
        environment: withVariables(container, { TABLE_NAME: '' }),
      }));
      await ecs.send(new UpdateServiceCommand({ cluster, service, taskDefinition: broken }));
      return { end() {} };
    },
  },
];
