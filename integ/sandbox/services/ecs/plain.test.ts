import { join } from 'node:path';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Sandbox } from '../../contracts';
import { startSandbox } from '../../sandbox';
import { ask, clusterOf, serve, synthesize } from './testing';

/** A machine without namespaces: what is not enforced is reported, and services run all the same. */
let sandbox: Sandbox;
const lines: string[] = [];

beforeAll(async () => {
  process.env.ANDAMIO_ISOLATION = 'none';
  const folder = synthesize((stack) => {
    const { vpc, cluster } = clusterOf(stack);
    const balancer = new elb.ApplicationLoadBalancer(stack, 'Balancer', { vpc, internetFacing: true });
    const definition = new ecs.FargateTaskDefinition(stack, 'plain', { family: 'plain' });
    const image = ecs.ContainerImage.fromAsset(join(__dirname, 'fixtures', 'probe'), { file: 'plain.Dockerfile' });
    definition.addContainer('web', {
      image,
      portMappings: [{ containerPort: 8080 }],
      logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'plain' }),
    });
    // The start waits until this one is steady, too.
    new ecs.FargateService(stack, 'Worker', { cluster, taskDefinition: definition, serviceName: 'worker', assignPublicIp: true });
    serve(
      balancer,
      80,
      new ecs.FargateService(stack, 'Plain', { cluster, taskDefinition: definition, desiredCount: 2, assignPublicIp: true }),
    );
  });
  sandbox = await startSandbox(folder, { speed: 10, strict: true, report: (line) => lines.push(line) });
}, 300_000);
afterAll(async () => {
  delete process.env.ANDAMIO_ISOLATION;
  await sandbox?.close();
});

test('what is not enforced is said once', () => {
  expect(lines.filter((line) => line.includes('without namespaces'))).toEqual([
    'containers run without namespaces: read-only roots, users, private networks and blocked connections of containers are not enforced, and each task listens on ports of its own (ANDAMIO_ISOLATION is none)',
  ]);
});

test('two tasks with the same container port run, each on a port of its own', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => ask(sandbox, 80, '/health')));
  expect(new Set(answers.map(({ task }) => task)).size).toBe(2);
});

test('a container gets credentials of its task role', async () => {
  const { answer } = await ask(sandbox, 80, '/credentials');
  expect(JSON.parse((answer as { body: string }).body).RoleArn).toMatch(/:role\/Shop-plainTaskRole/);
});

test('a service without a load balancer reaches a steady state, and its deployments complete', async () => {
  const arn = 'arn:aws:ecs:us-east-1:123456789012:service/shop/worker';
  const [{ arn: before }] = sandbox.containerServices.tasks(arn);
  await sandbox.containerServices.replace(arn);
  expect(sandbox.containerServices.tasks(arn).map((task) => task.arn)).toEqual([expect.not.stringContaining(before)]);
}, 60_000);
