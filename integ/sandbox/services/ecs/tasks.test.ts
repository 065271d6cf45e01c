import { Duration, type Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import type { JsonObject, Sandbox } from '../../contracts';
import { startSandbox } from '../../sandbox';
import { clusterOf, ecsCall, PROBE, probeTask, synthesize, until } from './testing';

let sandbox: Sandbox;
const lines: string[] = [];
const network: Record<string, JsonObject> = {};

const COLLECTOR = {
  receivers: { otlp: { protocols: { http: { endpoint: 'localhost:4318' } } } },
  exporters: { awsxray: { indexed_attributes: ['order', 'list'] } },
  service: { pipelines: { traces: { receivers: ['otlp'], exporters: ['awsxray'] } } },
};
const TRACE_ID = `${Math.floor(Date.now() / 1000).toString(16)}bd862e3fe1be46a994272793`;
const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const SPAN = {
  ...{ traceId: TRACE_ID, spanId: '53995c3f42cd8ad8', name: 'GET /', kind: 2 },
  ...{ startTimeUnixNano: '1480615200010000000', endTimeUnixNano: '1480615200090000000' },
  attributes: [text('order', '7'), { key: 'list', value: { arrayValue: { values: [{ stringValue: 'x' }] } } }],
};
const SPANS = JSON.stringify({
  resourceSpans: [{ resource: { attributes: [text('service.name', 'shop')] }, scopeSpans: [{ spans: [SPAN] }] }],
});

/** Sends OTLP as compressed JSON until the collector answers, and then what it does not take. */
const SEND_OTLP = `
  const send = async (path, type, body, more = {}) =>
    (await fetch('http://localhost:4318/v1/' + path, { method: 'POST', headers: { 'content-type': type, ...more }, body })).status;
  const spans = require('zlib').gzipSync(${JSON.stringify(SPANS)});
  (async () => {
    for (let status; status === undefined; ) {
      status = await send('traces', 'application/json', spans, { 'content-encoding': 'gzip' }).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 200));
      if (status !== undefined) console.log('spans', status);
    }
    console.log('metrics', await send('metrics', 'application/json', '{}'));
    console.log('text', await send('traces', 'text/plain', 'x'));
    console.log('broken', await send('traces', 'application/x-protobuf', 'x'));
    setTimeout(() => process.exit(0), 1500);
  })();`;

beforeAll(async () => {
  const folder = synthesize((stack) => {
    const { vpc } = clusterOf(stack);
    const inner = new ec2.Subnet(stack, 'Inner', {
      vpcId: vpc.vpcId,
      availabilityZone: vpc.availabilityZones[0],
      cidrBlock: '10.0.250.0/24',
    });
    const group = new ec2.SecurityGroup(stack, 'Group', { vpc });
    for (const [name, value] of [
      ['Group', group.securityGroupId],
      ['Public', vpc.publicSubnets[0].subnetId],
      ['Inner', inner.subnetId],
    ]) {
      stack.exportValue(value, { name });
    }

    const secret = new secretsmanager.Secret(stack, 'Secret', { secretObjectValue: {} });
    (secret.node.defaultChild as secretsmanager.CfnSecret).secretString = '{"user":"ana","port":5432}';
    const parameter = new ssm.StringParameter(stack, 'Parameter', { parameterName: '/shop/mode', stringValue: 'fast' });
    const print = ['-e', 'console.log(process.env.DB_USER, process.env.MODE, JSON.parse(process.env.ALL).port)'];
    probeTask(stack, 'secrets', {
      command: print,
      secrets: {
        DB_USER: ecs.Secret.fromSecretsManager(secret, 'user'),
        ALL: ecs.Secret.fromSecretsManager(secret),
        MODE: ecs.Secret.fromSsmParameter(parameter),
      },
    });
    const denied = probeTask(stack, 'denied', { command: print, secrets: { DB_USER: ecs.Secret.fromSecretsManager(secret) } });
    const role = new iam.Role(stack, 'Bare', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
    role.addToPolicy(new iam.PolicyStatement({ actions: ['logs:*'], resources: ['*'] }));
    (denied.node.defaultChild as ecs.CfnTaskDefinition).executionRoleArn = role.roleArn;

    const sidecars = probeTask(stack, 'sidecars', {
      command: ['-e', 'fetch("http://localhost:9000/").then(async (reply) => console.log("sidecar says", await reply.text()))'],
    });
    const logging = ecs.LogDrivers.awsLogs({ streamPrefix: 'side' });
    const image = ecs.ContainerImage.fromAsset(PROBE);
    const setUp = sidecars.addContainer('setup', { image, logging, essential: false, command: ['-e', 'console.log("set up")'] });
    const side = sidecars.addContainer('side', {
      ...{ image, logging, essential: false, stopTimeout: Duration.seconds(2) },
      command: ['-e', 'setTimeout(() => require("http").createServer((_, reply) => reply.end("hello")).listen(9000), 300)'],
      healthCheck: { command: ['CMD-SHELL', 'node -e "fetch(\'http://localhost:9000\').catch(() => process.exit(1))"'] },
    });
    side.addContainerDependencies({ container: setUp, condition: ecs.ContainerDependencyCondition.SUCCESS });
    sidecars.defaultContainer?.addContainerDependencies({ container: side, condition: ecs.ContainerDependencyCondition.HEALTHY });

    probeTask(stack, 'again', {
      command: ['-e', 'console.log("up"); setTimeout(() => process.exit(1), 3500)'],
      enableRestartPolicy: true,
      restartAttemptPeriod: Duration.seconds(60),
    });
    probeTask(stack, 'greedy', {
      memoryLimitMiB: 100,
      command: ['-e', 'global.kept = Buffer.alloc(200e6, 1); setInterval(() => {}, 1000)'],
    });
    probeTask(stack, 'root', {
      user: '0',
      command: ['-e', 'require("fs").writeFileSync("/etc/x", ""); console.log(process.getuid(), "wrote")'],
    });
    probeTask(stack, 'named', {
      image: ecs.ContainerImage.fromRegistry('public.ecr.aws/shop/probe:v1'),
      command: ['-e', 'console.log("named")'],
    });

    const traced = probeTask(stack, 'traced', { command: ['-e', SEND_OTLP] });
    traced.addToTaskRolePolicy(new iam.PolicyStatement({ actions: ['xray:PutTraceSegments'], resources: ['*'] }));
    traced.addContainer('collector', {
      image: ecs.ContainerImage.fromRegistry('public.ecr.aws/aws-observability/aws-otel-collector:v0.48.0'),
      essential: false,
      environment: { AOT_CONFIG_CONTENT: JSON.stringify(COLLECTOR) },
      logging,
    });
  });
  sandbox = await startSandbox(folder, { speed: 20, images: { 'public.ecr.aws/shop/probe': PROBE }, report: (line) => lines.push(line) });
  const outputs = Object.values(sandbox.assembly.outputs('Shop')).map(String);
  const find = (pattern: RegExp) => outputs.filter((value) => pattern.test(value));
  const [group] = find(/^sg-/);
  const subnets = find(/^subnet-/);
  const inner = sandbox.assembly.ref(
    sandbox.assembly.ofType('AWS::EC2::Subnet').find(({ logicalId }) => logicalId.startsWith('Inner')) as never,
  );
  const place = (subnet: string) => ({ awsvpcConfiguration: { subnets: [subnet], securityGroups: [group], assignPublicIp: 'ENABLED' } });
  network.public = place(subnets.find((id) => id !== inner) ?? '');
  network.inner = place(inner);
}, 300_000);
afterAll(() => sandbox?.close());

type Stopped = { readonly containers: JsonObject[]; readonly stopCode: string; readonly stoppedReason: string };

async function ended(taskDefinition: string, where = 'public'): Promise<Stopped> {
  const { tasks } = await ecsCall(sandbox, 'RunTask', { cluster: 'shop', taskDefinition, networkConfiguration: network[where] });
  const [{ taskArn }] = tasks as [{ taskArn: string }];
  return until(async () => {
    const described = (await ecsCall(sandbox, 'DescribeTasks', { cluster: 'shop', tasks: [taskArn] })).tasks as JsonObject[];
    return described[0].lastStatus === 'STOPPED' ? (described[0] as unknown as Stopped) : undefined;
  }, 60);
}
const logged = (prefix: string) =>
  sandbox.assembly
    .ofType('AWS::Logs::LogGroup')
    .filter(({ logicalId }) => logicalId.toLowerCase().startsWith(prefix))
    .flatMap((group) => sandbox.logs.lines(sandbox.assembly.ref(group)).map(({ message }) => message));

// documented: "Pass sensitive data to an Amazon ECS container"
test('secrets come from Secrets Manager, whole or by a key, and from Parameter Store', async () => {
  await ended('secrets');
  expect(logged('secrets')).toEqual(['ana fast 5432']);
});

// documented: "Stopped tasks error messages", ResourceInitializationError
test('a task whose execution role may not read a secret does not start', async () => {
  const { stopCode, stoppedReason } = await ended('denied');
  expect([stopCode, stoppedReason]).toEqual([
    'TaskFailedToStart',
    expect.stringMatching(
      /^ResourceInitializationError: unable to pull secrets or registry auth: AccessDeniedException: .*secretsmanager:GetSecretValue/,
    ),
  ]);
});

// documented: "Stopped tasks error messages", CannotPullContainerError: a subnet needs a route to ECR
test('a task in a subnet without a way to ECR cannot pull its image', async () => {
  expect((await ended('named', 'inner')).stoppedReason).toMatch(/^CannotPullContainerError: .*/);
});

// documented: "ContainerDependency" (Amazon ECS API Reference)
test('containers start in the order of their dependencies, and share localhost', async () => {
  const { containers } = await ended('sidecars');
  expect(logged('sidecars')).toEqual(expect.arrayContaining(['set up', 'sidecar says hello']));
  expect(Object.fromEntries(containers.map(({ name, exitCode }) => [name, exitCode]))).toEqual({
    web: 0,
    setup: 0,
    side: expect.any(Number),
  });
});

// documented: "Restart individual containers in Amazon ECS tasks with container restart policies"
test('a container with a restart policy is started again in its task', async () => {
  const { tasks } = await ecsCall(sandbox, 'RunTask', { cluster: 'shop', taskDefinition: 'again', networkConfiguration: network.public });
  const [{ taskArn }] = tasks as [{ taskArn: string }];
  await until(() => (logged('again').length > 1 ? true : undefined));
  const described = (await ecsCall(sandbox, 'DescribeTasks', { cluster: 'shop', tasks: [taskArn] })).tasks as JsonObject[];
  expect(described).toMatchObject([{ lastStatus: 'RUNNING', desiredStatus: 'RUNNING' }]);
});

// documented: ContainerDefinition memory: a container that exceeds it is killed
test('a container that takes more memory than its limit is killed', async () => {
  const { containers } = await ended('greedy');
  expect(containers).toMatchObject([{ exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' }]);
});

test('a container that runs as root writes to its own root, and not to the image', async () => {
  await ended('root');
  await ended('root');
  expect(logged('root')).toEqual(['0 wrote', '0 wrote']);
});

test('an image that is only a name runs from the folder that is given for it', async () => {
  await ended('named');
  expect(logged('named')).toEqual(['named']);
});

// documented: "OTLP/HTTP" (OpenTelemetry Protocol)
test('in place of the ADOT collector, a receiver takes OTLP on localhost and sends spans to X-Ray with the role of the task', async () => {
  const callers = new Set<string>();
  const stop = sandbox.endpoint.onCall(({ service, principal }) => service === 'xray' && callers.add(principal));
  await ended('traced');
  stop();
  expect(logged('traced')).toEqual(['spans 200', 'metrics 404', 'text 415', 'broken 400']);
  const [segment] = sandbox.traces.segments();
  expect(segment).toMatchObject({ id: '53995c3f42cd8ad8', name: 'shop', traceId: `1-${TRACE_ID.slice(0, 8)}-${TRACE_ID.slice(8)}` });
  // As the exporter of the real collector: a list is no annotation.
  expect(segment.annotations).toEqual({ order: '7' });
  expect([...callers]).toEqual([expect.stringMatching(/:assumed-role\/Shop-tracedTaskRole/)]);
});

test('an image that is only a name is rejected by it, with the option that maps it', async () => {
  const folder = synthesize((stack: Stack) => {
    probeTask(stack, 'named', { image: ecs.ContainerImage.fromRegistry('public.ecr.aws/shop/probe:v1') });
  });
  await expect(startSandbox(folder, { strict: true })).rejects.toThrow(
    /AWS::ECS::TaskDefinition.ContainerDefinitions.Image of web: public.ecr.aws\/shop\/probe:v1 can't be fetched: give the folder of its Dockerfile with --image public.ecr.aws\/shop\/probe=folder \(Shop\.named\w+\)/,
  );
});
