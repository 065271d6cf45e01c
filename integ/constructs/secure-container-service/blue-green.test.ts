import { request } from 'node:http';
import { join } from 'node:path';
import { type ContainerDefinition, DescribeServicesCommand, ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { Duration } from 'aws-cdk-lib';
import { ContainerImageSource, Exposure, SecureContainerService, ServiceDeployment } from '../../../src';
import { registerRevision, withVariables } from '../../kit/task-revision';
import { type RunningStack, startStack } from '../fixtures/start-stack';

const ECHO = join(__dirname, '..', '..', 'containers', 'echo');
const SPEED = 20;

let running: RunningStack;
let ecs: ECSClient;
let arn: string;

beforeAll(async () => {
  running = await startStack(
    'BlueGreen',
    (stack) => {
      new SecureContainerService(stack, 'Echo', {
        image: ContainerImageSource.directory(ECHO),
        exposure: Exposure.internalPlaintext(),
        container: { environment: { VERSION: 'one' } },
        deployment: ServiceDeployment.blueGreen({ bakeTime: Duration.minutes(4) }),
      });
    },
    SPEED,
  );
  const { assembly, endpoint } = running.sandbox;
  const { accessKeyId, secretAccessKey } = endpoint.administrator();
  ecs = new ECSClient({ endpoint: endpoint.url, region: assembly.region, credentials: { accessKeyId, secretAccessKey } });
  arn = assembly.ref(assembly.ofType('AWS::ECS::Service')[0]);
}, 300_000);
afterAll(async () => {
  ecs?.destroy();
  await running?.close();
});

/** The version that answers; the status if none does. */
function ask(): Promise<string> {
  const { loadBalancers } = running.sandbox;
  const address = loadBalancers.listener(loadBalancers.running[0].arn, 80)?.address;
  return new Promise((resolve, reject) => {
    request({ ...(address as { host: string; port: number }), path: '/' }, (reply) => {
      let text = '';
      reply.on('data', (part) => {
        text += String(part);
      });
      reply.on('end', () =>
        resolve(reply.statusCode === 200 ? (JSON.parse(text) as { version: string }).version : String(reply.statusCode)),
      );
    })
      .on('error', reject)
      .end();
  });
}

const service = async () => {
  const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster: arn.split('/').at(-2), services: [arn] }));
  return services[0];
};
const tasks = () => running.sandbox.containerServices.tasks(arn).length;

/** Deploys a changed version, and asks until the deployment has ended: which versions answered, in their order, and the most tasks. */
async function deploy(change: (container: ContainerDefinition) => Partial<ContainerDefinition>) {
  const { taskDefinition: before = '' } = await service();
  const revision = await registerRevision(ecs, before, 'service', change);
  await ecs.send(new UpdateServiceCommand({ cluster: arn.split('/').at(-2), service: arn, taskDefinition: revision }));
  const answers: string[] = [];
  let most = 0;
  const note = (answer: string) => {
    if (answers.at(-1) !== answer) answers.push(answer);
  };
  do {
    note(await ask());
    most = Math.max(most, tasks());
    await new Promise((resolve) => setTimeout(resolve, 20));
  } while (!((await service()).deployments ?? []).every(({ rolloutState }) => rolloutState === 'COMPLETED'));
  // The last change of traffic can come with the end of the deployment.
  note(await ask());
  const { taskDefinition, events = [] } = await service();
  const failed = events.some(({ message }) => message?.includes('deployment failed'));
  return { answers, most, failed, isNew: taskDefinition === revision };
}
const variables = (changes: Record<string, string>) => (container: ContainerDefinition) => ({
  environment: withVariables(container, changes),
});

// documented: "Amazon ECS blue/green service deployments workflow"
test('all traffic goes to a new version at once, and the old one runs until the bake time is over', async () => {
  expect(await ask()).toBe('one');
  const began = Date.now();
  expect(await deploy(variables({ VERSION: 'two' }))).toEqual({ answers: ['one', 'two'], most: 2, failed: false, isNew: true });
  expect(Date.now() - began).toBeGreaterThan(240_000 / SPEED);
  expect(tasks()).toBe(1);
}, 60_000);

test('a version that fails its health check gets no traffic, and is rolled back', async () => {
  const { answers, isNew, failed } = await deploy(variables({ VERSION: 'sick', HEALTH: '503' }));
  expect([answers, failed, isNew]).toEqual([['two'], true, false]);
}, 60_000);

test('a version that dies within the bake time is rolled back: the old one gets its traffic back', async () => {
  const death = Date.now() + 7_000;
  const program = `
    const left = ${death} - Date.now();
    if (left < 0) process.exit(1);
    setTimeout(() => process.exit(1), left);
    require('http').createServer((_, reply) => reply.end('{"version":"dying"}')).listen(8080);`;
  const { answers, isNew } = await deploy(() => ({ command: ['node', '-e', program] }));
  expect([answers.filter((answer) => !/^50\d$/.test(answer)), isNew]).toEqual([['two', 'dying', 'two'], false]);
}, 60_000);
