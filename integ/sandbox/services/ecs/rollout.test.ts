import { Duration } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import type { JsonObject, Sandbox } from '../../contracts';
import { startSandbox } from '../../sandbox';
import { ask, clusterOf, ecsCall, PROBE, probeTask, serve, synthesize, until } from './testing';

const SPEED = 10;
/** How long a slow version is not ready, in milliseconds of this machine's time: longer than two failed health checks. */
const SLOW_MS = 4_000;

let sandbox: Sandbox;
const lines: string[] = [];

beforeAll(async () => {
  const folder = synthesize((stack) => {
    const { vpc, cluster } = clusterOf(stack);
    const balancer = new elb.ApplicationLoadBalancer(stack, 'Balancer', { vpc, internetFacing: true });
    const service = (id: string, port: number, taskDefinition: ecs.FargateTaskDefinition, more: Partial<ecs.FargateServiceProps> = {}) => {
      const own = new ecs.FargateService(stack, id, {
        ...{ cluster, taskDefinition, serviceName: id, desiredCount: 1, assignPublicIp: true, circuitBreaker: { rollback: true } },
        ...more,
      });
      serve(balancer, port, own);
      return own;
    };
    const parameter = new ssm.StringParameter(stack, 'Parameter', { parameterName: '/shop/mode', stringValue: 'works' });
    const guarded = probeTask(stack, 'guarded', {
      secrets: { MODE: ecs.Secret.fromSsmParameter(parameter) },
      command: ['-e', 'if (process.env.MODE === "broken") process.exit(1); require("/app/server.js")'],
    });
    const one = service('Guarded', 80, guarded);
    service('Hasty', 81, probeTask(stack, 'hasty'), { healthCheckGracePeriod: Duration.seconds(0) });
    const patient = service('Patient', 82, probeTask(stack, 'patient'), { healthCheckGracePeriod: Duration.minutes(2) });
    patient.connections.allowFrom(one, ec2.Port.tcp(8080));
    const ready = `Date.now() - began < ${SLOW_MS} ? 503 : 200`;
    probeTask(stack, 'slow', {
      image: ecs.ContainerImage.fromAsset(PROBE),
      command: [
        '-e',
        `const began = Date.now(); require("http").createServer((_, reply) => reply.writeHead(${ready}).end("{}")).listen(8080)`,
      ],
    });
    for (const eventName of ['SERVICE_DEPLOYMENT_FAILED', 'SERVICE_DEPLOYMENT_COMPLETED']) {
      new CfnRule(stack, eventName, {
        name: eventName,
        eventPattern: {
          source: ['aws.ecs'],
          'detail-type': ['ECS Deployment State Change'],
          resources: [one.serviceArn],
          detail: { eventName: [eventName] },
        },
      });
    }
    const certificate = new acm.Certificate(stack, 'Certificate', { domainName: 'shop.example' });
    const secure = balancer.addListener('Secure', { port: 443, certificates: [certificate], open: true });
    secure.addTargets('SecureTargets', {
      port: 8080,
      protocol: elb.ApplicationProtocol.HTTP,
      targets: [one],
      healthCheck: { path: '/health' },
    });
  });
  sandbox = await startSandbox(folder, { speed: SPEED, strict: true, report: (line) => lines.push(line) });
}, 300_000);
afterAll(() => sandbox?.close());

const arnOf = (service: string) => `arn:aws:ecs:us-east-1:123456789012:service/shop/${service}`;
const tasks = (service: string) => sandbox.containerServices.tasks(arnOf(service)).map(({ arn }) => arn);
const described = async (service: string) => {
  const { services } = await ecsCall(sandbox, 'DescribeServices', { cluster: 'shop', services: [service] });
  return (services as unknown as [{ taskDefinition: string; events: { message: string }[]; deployments: JsonObject[] }])[0];
};

describe('a task that connects to the private address of another one', () => {
  const addressOf = (service: string) => sandbox.containerServices.tasks(arnOf(service))[0].networkInterface.privateIp;
  const call = async (privateIp: string) =>
    (await ask(sandbox, 80, `/fetch?url=${encodeURIComponent(`http://${privateIp}:8080/self`)}`)).answer as {
      status?: number;
      body?: string;
    };

  test('reaches it where a security group allows that, although both listen on the same port', async () => {
    const address = addressOf('Patient');
    const { status, body } = await call(address);
    expect(status).toBe(200);
    expect(JSON.parse(body ?? '').hostname).toBe(`ip-${address.replaceAll('.', '-')}.us-east-1.compute.internal`);
  });

  test('does not reach it otherwise, and the missing rule is reported', async () => {
    expect(await call(addressOf('Hasty'))).toEqual({ error: expect.stringMatching(/UND_ERR_SOCKET|ECONNRESET/) });
    expect(lines.filter((line) => line.startsWith('not connected: '))).toEqual([
      expect.stringMatching(/^not connected: Shop\.Guarded\w* task 1: .*Shop\.Hasty\w* task 1.*8080/),
    ]);
  });

  test('of no task reaches nothing', async () => {
    expect(await call('10.0.0.200')).toHaveProperty('error');
    expect(await call('192.0.2.1')).toEqual({ error: 'ENETUNREACH' });
  });
});

test('a replacement whose tasks do not start rejects with the reason, and the old tasks stay', async () => {
  const before = tasks('Guarded');
  await sandbox.endpoint.call({
    ...{ service: 'ssm', method: 'POST', url: '/', region: 'us-east-1', credentials: sandbox.endpoint.administrator() },
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AmazonSSM.PutParameter' },
    body: Buffer.from(JSON.stringify({ Name: '/shop/mode', Value: 'broken', Type: 'String', Overwrite: true })),
  });
  await expect(sandbox.containerServices.replace(arnOf('Guarded'))).rejects.toThrow(
    /^Shop\.Guarded\w+: ECS deployment circuit breaker: tasks failed to start\. Essential container in task exited$/,
  );
  await until(() => tasks('Guarded').length === 1 || undefined);
  expect(tasks('Guarded')).toEqual(before);
  const triggered = (RuleName: string) =>
    sandbox.metrics
      .values(
        { namespace: 'AWS/Events', name: 'TriggeredRules', dimensions: { RuleName } },
        'Sum',
        86_400,
        sandbox.clock.now() - 86_400_000,
        sandbox.clock.now() + 60_000,
      )
      .reduce<number>((sum, value) => sum + (value ?? 0), 0);
  expect(triggered('SERVICE_DEPLOYMENT_FAILED')).toBe(1);
  // The first deployment. The one of the rollback may have completed, too.
  expect(triggered('SERVICE_DEPLOYMENT_COMPLETED')).toBeGreaterThanOrEqual(1);
}, 60_000);

// documented: CreateService, healthCheckGracePeriodSeconds: the scheduler ignores unhealthy target checks until then
test.each([
  ['Hasty', 'is rolled back without a grace period', 'hasty'],
  ['Patient', 'is deployed with one', 'slow'],
])(
  '%s: a version that is ready after two failed health checks %s',
  async (service, _, expected) => {
    await ecsCall(sandbox, 'UpdateService', { cluster: 'shop', service, taskDefinition: 'slow' });
    await until(
      async () => (await described(service)).deployments.every(({ rolloutState }) => rolloutState === 'COMPLETED') || undefined,
      60,
    );
    const { taskDefinition, events } = await described(service);
    expect(taskDefinition).toBe(`arn:aws:ecs:us-east-1:123456789012:task-definition/${expected}:1`);
    expect(events.some(({ message }) => message.includes('is unhealthy in the target group'))).toBe(expected === 'hasty');
  },
  90_000,
);

describe('a container that calls a load balancer over TLS', () => {
  const secure = (name: string) => ask(sandbox, 80, `/secure?host=${sandbox.loadBalancers.running[0].dnsName}&name=${name}`);

  test('trusts its certificate, for the names that it covers', async () => {
    expect((await secure('shop.example')).answer).toEqual({ status: 200 });
  });

  test('rejects it for another name', async () => {
    expect((await secure('other.example')).answer).toEqual({ error: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });
});

describe('a revision that is registered', () => {
  const input = async () => {
    const { taskDefinition } = await ecsCall(sandbox, 'DescribeTaskDefinition', { taskDefinition: 'slow' });
    const { taskDefinitionArn: _arn, revision: _revision, status: _status, ...own } = taskDefinition as JsonObject;
    return own;
  };

  test('has what the one before has, and the next number', async () => {
    const before = await input();
    const { taskDefinition } = await ecsCall(sandbox, 'RegisterTaskDefinition', before);
    expect(taskDefinition).toEqual({
      ...before,
      taskDefinitionArn: 'arn:aws:ecs:us-east-1:123456789012:task-definition/slow:2',
      ...{ revision: 2, status: 'ACTIVE' },
    });
    const { taskDefinition: newest } = await ecsCall(sandbox, 'DescribeTaskDefinition', { taskDefinition: 'slow' });
    expect(newest).toEqual(taskDefinition);
  });

  test.each<[string, JsonObject, RegExp]>([
    ['of another family', { family: 'other' }, /registers revisions of the assembly's families, and other is none/],
    ['in another network mode', { networkMode: 'bridge' }, /NetworkMode is bridge: only awsvpc runs here/],
    ['with a member that does not run here', { pidMode: 'task' }, /AWS::ECS::TaskDefinition.PidMode is not supported/],
  ])('%s is rejected by name', async (_, change, message) => {
    await expect(ecsCall(sandbox, 'RegisterTaskDefinition', { ...(await input()), ...change })).rejects.toThrow(message);
  });
});
