import { Duration } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { JsonObject, Sandbox } from '../../contracts';
import { findIsolation } from '../../engines';
import { startSandbox } from '../../sandbox';
import { sign } from '../../testing/sign';
import { buildImage } from './images/build';
import { ask, clusterOf, ecsCall, PROBE, probeTask, serve, synthesize, until, urlOf } from './testing';

let sandbox: Sandbox;
const lines: string[] = [];
const SPEED = 10;

beforeAll(async () => {
  const folder = synthesize((stack) => {
    const { vpc, cluster } = clusterOf(stack);
    const balancer = new elb.ApplicationLoadBalancer(stack, 'Balancer', { vpc, internetFacing: true });
    const queue = new sqs.Queue(stack, 'Queue', { queueName: 'orders' });
    const service = (id: string, definition: ecs.FargateTaskDefinition, more: Partial<ecs.FargateServiceProps> = {}) =>
      new ecs.FargateService(stack, id, {
        ...{
          cluster,
          taskDefinition: definition,
          serviceName: id,
          assignPublicIp: true,
          minHealthyPercent: 100,
          circuitBreaker: { rollback: true },
        },
        ...more,
      });

    const web = probeTask(stack, 'web', { readonlyRootFilesystem: true, environment: { GREETING: 'from the task' } });
    web.addVolume({ name: 'scratch' });
    web.addVolume({ name: 'plain' });
    web.defaultContainer?.addMountPoints({ containerPath: '/scratch', sourceVolume: 'scratch', readOnly: false });
    web.defaultContainer?.addMountPoints({ containerPath: '/plain', sourceVolume: 'plain', readOnly: false });
    queue.grantSendMessages(web.taskRole);
    serve(balancer, 80, service('Web', web, { desiredCount: 2 }));

    // Nothing may leave its tasks but what Fargate itself fetches.
    const closed = new ec2.SecurityGroup(stack, 'ClosedGroup', { vpc, allowAllOutbound: false });
    closed.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443));
    serve(
      balancer,
      81,
      service(
        'Closed',
        probeTask(stack, 'closed', {
          healthCheck: { command: ['CMD-SHELL', 'test ! -e /tmp/sick'], interval: Duration.seconds(5), retries: 2 },
        }),
        { securityGroups: [closed] },
      ),
    );

    service(
      'Worker',
      probeTask(stack, 'worker', { command: ['-e', 'process.on("SIGTERM", () => process.exit(0)); setInterval(() => {}, 1000)'] }),
    );
    probeTask(stack, 'failing', { command: ['-e', 'process.exit(3)'] });
    probeTask(stack, 'local', { environment: { BIND: '127.0.0.1' } });
    const starter = new iam.Role(stack, 'Starter', { roleName: 'Starter', assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    probeTask(stack, 'job', { command: ['-e', 'console.log("migrated", process.env.STEP)'] }).grantRun(starter);
    probeTask(stack, 'init', {
      command: ['-e', 'setInterval(() => {}, 1000)'],
      linuxParameters: new ecs.LinuxParameters(stack, 'Linux', { initProcessEnabled: true }),
    });
    probeTask(stack, 'stubborn', {
      command: ['-e', 'process.on("SIGTERM", () => console.log("ignored")); setInterval(() => {}, 1000); console.log("up")'],
      stopTimeout: Duration.seconds(2),
    });
  });
  sandbox = await startSandbox(folder, { speed: SPEED, strict: true, report: (line) => lines.push(line) });
}, 300_000);
afterAll(() => sandbox?.close());

const arnOf = (service: string) => `arn:aws:ecs:us-east-1:123456789012:service/shop/${service}`;
const subnetsAndGroups = () => {
  const [{ subnetId, securityGroupIds }] = sandbox.containerServices.tasks(arnOf('Web')).map(({ networkInterface }) => networkInterface);
  return { awsvpcConfiguration: { subnets: [subnetId], securityGroups: [...securityGroupIds], assignPublicIp: 'ENABLED' } };
};
const run = async (taskDefinition: string, more: JsonObject = {}) => {
  const { tasks } = await ecsCall(sandbox, 'RunTask', {
    cluster: 'shop',
    taskDefinition,
    networkConfiguration: subnetsAndGroups(),
    ...more,
  });
  const [{ taskArn }] = tasks as [{ taskArn: string }];
  return taskArn;
};
const describeTask = async (arn: string): Promise<JsonObject> => {
  const { tasks } = await ecsCall(sandbox, 'DescribeTasks', { cluster: 'shop', tasks: [arn] });
  return (tasks as JsonObject[])[0];
};
const stopped = (arn: string) =>
  until(async () => {
    const task = await describeTask(arn);
    return task.lastStatus === 'STOPPED' ? task : undefined;
  });

test('two tasks of a service listen on the same port, and the load balancer sends requests to both', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => ask(sandbox, 80, '/health')));
  expect(answers.map(({ answer }) => answer)).toEqual(Array.from({ length: 8 }, () => ({ healthy: true })));
  expect(new Set(answers.map(({ task }) => task)).size).toBe(2);
});

describe('a container', () => {
  test('has the user of its image, no capabilities, and its own processes', async () => {
    const { answer } = await ask(sandbox, 80, '/self');
    expect(answer).toMatchObject({ uid: 1000, pid: 1, capabilities: '0000000000000000', processes: 1 });
  });

  // documented: ContainerDefinition readonlyRootFilesystem; "Use bind mounts with Amazon ECS": a volume belongs to root unless VOLUME says otherwise
  test.each([
    ['/app/x', 'EROFS'],
    ['/app/data/x', 'EROFS'],
    ['/tmp/x', 'EROFS'],
    ['/plain/x', 'EROFS'],
    ['/scratch/x', 'written'],
  ])('with a read-only root that writes to %s gets %s', async (path, result) => {
    expect((await ask(sandbox, 80, `/write?path=${path}`)).answer).toBe(result);
  });

  test.each([
    ['/app/x', 'EROFS'],
    ['/usr/local/bin/x', 'EROFS'],
    ['/app/data/x', 'written'],
    ['/tmp/x', 'written'],
    ['/home/node/x', 'written'],
  ])('without one, but with a user, that writes to %s gets %s: only to what belongs to the user', async (path, result) => {
    expect((await ask(sandbox, 81, `/write?path=${path}`)).answer).toBe(result);
  });

  test('sees the files that its Dockerfile copies, and none of this machine', async () => {
    expect((await ask(sandbox, 80, '/files?path=/app')).answer).toEqual(['data', 'server.js']);
    expect((await ask(sandbox, 80, '/files?path=/work')).answer).toBe('ENOENT');
    expect((await ask(sandbox, 80, '/files?path=/root')).answer).toEqual([]);
  });

  test('gets the environment of the image and, over it, that of the task', async () => {
    const { answer } = await ask(sandbox, 80, '/env');
    expect(answer).toMatchObject({
      GREETING: 'from the task',
      PORT: '8080',
      AWS_REGION: 'us-east-1',
      AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    });
    expect((await ask(sandbox, 81, '/env')).answer).toMatchObject({ GREETING: 'from the image' });
    expect(Object.keys(answer)).not.toEqual(expect.arrayContaining(['AWS_ACCESS_KEY_ID']));
  });

  // documented: "Task IAM role"
  test('gets the credentials of its task role, and uses them at the endpoint', async () => {
    const { answer } = await ask(sandbox, 80, '/credentials');
    const { body } = answer as { body: string };
    const given = JSON.parse(body) as Record<string, string>;
    expect(given.RoleArn).toMatch(/:role\/Shop-webTaskRole/);
    const credentials = { accessKeyId: given.AccessKeyId, secretAccessKey: given.SecretAccessKey, sessionToken: given.Token };
    const endpointUrl = ((await ask(sandbox, 80, '/env')).answer as Record<string, string>).AWS_ENDPOINT_URL;
    const form = 'Action=GetCallerIdentity&Version=2011-06-15';
    const plain = { host: new URL(endpointUrl).host, 'content-type': 'application/x-www-form-urlencoded' };
    const headers = await sign({ method: 'POST', url: '/', headers: plain, body: form }, credentials, {
      service: 'sts',
      region: 'us-east-1',
    });
    const query = new URLSearchParams({ headers: JSON.stringify(headers), body: form });
    const signed = (await ask(sandbox, 80, `/signed?${query}`)).answer as { status: number; body: string };
    expect(signed.status).toBe(200);
    expect(signed.body).toMatch(/<Arn>arn:aws:sts::123456789012:assumed-role\/Shop-webTaskRole[\w-]+\/[0-9a-f]{32}<\/Arn>/);
  });

  // documented: "Amazon ECS task metadata endpoint version 4 for tasks on Fargate"
  test('reads its metadata, and that of its task', async () => {
    const read = async (path: string) => JSON.parse(((await ask(sandbox, 80, `/metadata?path=${path}`)).answer as { body: string }).body);
    expect(await read('')).toMatchObject({ Name: 'web', KnownStatus: 'RUNNING', Networks: [{ NetworkMode: 'awsvpc' }] });
    expect(await read('/task')).toMatchObject({
      Family: 'web',
      Revision: '1',
      LaunchType: 'FARGATE',
      ServiceName: 'Web',
      Containers: [{ Name: 'web' }],
    });
  });

  test('reaches AWS by its host names too, with a certificate that it trusts', async () => {
    const { answer } = await ask(sandbox, 80, `/fetch?url=${encodeURIComponent('https://sqs.us-east-1.amazonaws.com/')}`);
    expect(answer).toMatchObject({ status: 403 });
    expect((answer as { body: string }).body).toContain('MissingAuthenticationToken');
  });

  test('reaches no other host', async () => {
    const { answer } = await ask(sandbox, 80, `/fetch?url=${encodeURIComponent('https://example.com/')}`);
    expect(answer).toEqual({ error: expect.stringMatching(/EAI_AGAIN|ENOTFOUND/) });
  });

  test('does not reach what no rule of its security group allows, and the missing rule is reported', async () => {
    const { loadBalancers } = sandbox;
    const { dnsName } = loadBalancers.running[0];
    const at = encodeURIComponent(`http://${dnsName}/health`);
    expect((await ask(sandbox, 80, `/fetch?url=${at}`)).answer).toMatchObject({ status: 200 });
    expect((await ask(sandbox, 81, `/fetch?url=${at}`)).answer).toEqual({ error: expect.stringMatching(/UND_ERR_SOCKET|ECONNRESET/) });
    expect(lines.filter((line) => line.startsWith('not connected: '))).toEqual([expect.stringMatching(/Shop\.Closed\w* task 1: .*80/)]);
  });
});

// documented: "Example Amazon ECS task definition: Route logs to CloudWatch": prefix-name/container-name/ecs-task-id
test('a service without a load balancer is steady when its task runs, and replaces it', async () => {
  const { services } = (await ecsCall(sandbox, 'DescribeServices', { cluster: 'shop', services: ['Worker'] })) as {
    services: JsonObject[];
  };
  expect(services).toMatchObject([{ runningCount: 1, deployments: [{ rolloutState: 'COMPLETED' }] }]);
  const arn = String(services[0].serviceArn);
  const [before] = sandbox.containerServices.tasks(arn);
  await sandbox.containerServices.replace(arn);
  const after = sandbox.containerServices.tasks(arn);
  expect(after).toHaveLength(1);
  expect(after[0].arn).not.toBe(before.arn);
});

test('lines are written to the log group, in a stream of the task', () => {
  const group = sandbox.assembly.ref(sandbox.assembly.ofType('AWS::Logs::LogGroup')[0]);
  const [line] = sandbox.logs.lines(group);
  expect(line.message).toMatch(/^listening as ip-10-0-/);
  expect(line.stream).toMatch(/^web\/web\/[0-9a-f]{32}$/);
});

describe('a service', () => {
  const ids = () =>
    sandbox.containerServices
      .tasks(arnOf('Web'))
      .filter(({ lastStatus }) => lastStatus === 'RUNNING')
      .map(({ arn }) => arn);

  test('replaces its tasks without a failed request: new ones are healthy before old ones are drained and stopped', async () => {
    const before = ids();
    const statuses: number[] = [];
    let busy = true;
    let fewest = Number.POSITIVE_INFINITY;
    const asking = Array.from({ length: 3 }, async () => {
      while (busy) {
        statuses.push(
          await fetch(`${urlOf(sandbox, 80)}/slow`).then(
            ({ status }) => status,
            () => 0,
          ),
        );
        fewest = Math.min(fewest, ids().length);
      }
    });
    await sandbox.containerServices.replace(arnOf('Web'));
    busy = false;
    await Promise.all(asking);
    expect(ids()).toHaveLength(2);
    expect(ids().filter((id) => before.includes(id))).toEqual([]);
    expect([new Set(statuses), fewest]).toEqual([new Set([200]), 2]);
    expect(statuses.length).toBeGreaterThan(3);
  });

  test('starts another task for one that was killed', async () => {
    const [first] = ids();
    sandbox.containerServices.kill(first);
    await until(() => (ids().length === 2 && !ids().includes(first) ? true : undefined));
    await until(async () => {
      const answers = await Promise.all(Array.from({ length: 6 }, () => ask(sandbox, 80, '/health')));
      return new Set(answers.map(({ task }) => task)).size === 2 ? true : undefined;
    });
    const task = await describeTask(first);
    expect(task).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'EssentialContainerExited', containers: [{ exitCode: 137 }] });
  });

  // documented: "HealthCheck" (Amazon ECS API Reference), retries
  test('replaces a task that fails its container health check, before the target group finds out', async () => {
    const [{ arn }] = sandbox.containerServices.tasks(arnOf('Closed'));
    await ask(sandbox, 81, '/write?path=/tmp/sick');
    expect(await stopped(arn)).toMatchObject({ stoppedReason: 'Task failed container health checks', healthStatus: 'UNHEALTHY' });
    await until(() =>
      sandbox.containerServices.tasks(arnOf('Closed')).some(({ lastStatus }) => lastStatus === 'RUNNING') ? true : undefined,
    );
  });

  // documented: "How the Amazon ECS deployment circuit breaker detects failures": at least 3 tasks
  test.each([
    ['ends', 'failing', 3],
    ['is not reachable, because it listens on 127.0.0.1 only', 'local', 3],
  ])(
    'is rolled back from a version that %s, and the old version keeps running',
    async (_, version, failures) => {
      const before = ids();
      const described = async () => {
        const { services } = await ecsCall(sandbox, 'DescribeServices', { cluster: 'shop', services: ['Web'] });
        return (services as unknown as [{ events: { message: string }[]; deployments: JsonObject[] }])[0];
      };
      const seen = (await described()).events.length;
      await ecsCall(sandbox, 'UpdateService', { cluster: 'shop', service: 'Web', taskDefinition: version });
      const fresh = async (text: string) => {
        const { events } = await described();
        return events.slice(0, events.length - seen).filter(({ message }) => message.includes(text));
      };
      await until(async () => ((await fresh('deployment failed: tasks failed to start')).length > 0 ? true : undefined), 90);
      expect((await fresh('has started 1 tasks')).length).toBeGreaterThanOrEqual(failures);
      await until(
        async () => ((await described()).deployments.every(({ rolloutState }) => rolloutState === 'COMPLETED') ? true : undefined),
        60,
      );
      expect(ids().sort()).toEqual(before.sort());
      expect((await ask(sandbox, 80, '/health')).status).toBe(200);
    },
    150_000,
  );

  test('is described with its tasks, and its events', async () => {
    const { services } = await ecsCall(sandbox, 'DescribeServices', { cluster: 'shop', services: ['Web', 'None'] });
    expect((services as JsonObject[])[0]).toMatchObject({ serviceName: 'Web', runningCount: 2, desiredCount: 2, status: 'ACTIVE' });
    const events = (services as { events: { message: string }[] }[])[0].events.map(({ message }) => message);
    expect(events).toContain('(service Web) has reached a steady state.');
    const { taskArns } = await ecsCall(sandbox, 'ListTasks', { cluster: 'shop', serviceName: 'Web' });
    expect((taskArns as string[]).sort()).toEqual(ids().sort());
  });

  test('is scaled by UpdateService', async () => {
    await ecsCall(sandbox, 'UpdateService', { cluster: 'shop', service: 'Web', desiredCount: 1 });
    await until(() => (ids().length === 1 ? true : undefined));
    await ecsCall(sandbox, 'UpdateService', { cluster: 'shop', service: 'Web', desiredCount: 2 });
    await until(() => (ids().length === 2 ? true : undefined));
  });
});

describe('a one-off task', () => {
  test('runs with overrides, and ends with its exit status', async () => {
    const arn = await run('job', { overrides: { containerOverrides: [{ name: 'web', environment: [{ name: 'STEP', value: '7' }] }] } });
    expect(await stopped(arn)).toMatchObject({
      group: 'family:job',
      stoppedReason: 'Essential container in task exited',
      containers: [{ exitCode: 0 }],
    });
    const { resource } = { resource: sandbox.assembly.ofType('AWS::Logs::LogGroup').find(({ logicalId }) => logicalId.startsWith('job')) };
    expect(sandbox.logs.lines(sandbox.assembly.ref(resource as never)).map(({ message }) => message)).toEqual(['migrated 7']);
  });

  test('is ended with SIGKILL after its stop timeout, if it ignores the stop signal', async () => {
    const arn = await run('stubborn');
    await until(async () => ((await describeTask(arn)).lastStatus === 'RUNNING' ? true : undefined));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const began = Date.now();
    await ecsCall(sandbox, 'StopTask', { cluster: 'shop', task: arn, reason: 'enough' });
    expect(await stopped(arn)).toMatchObject({ stopCode: 'UserInitiated', stoppedReason: 'enough', containers: [{ exitCode: 137 }] });
    expect(Date.now() - began).toBeGreaterThan(1900);
  });

  // documented: LinuxParameters initProcessEnabled: an init process forwards signals; without it the command is process 1 and has to handle them
  test('with an init process ends at the stop signal, although its program does not handle it', async () => {
    const arn = await run('init');
    await until(async () => ((await describeTask(arn)).lastStatus === 'RUNNING' ? true : undefined));
    await new Promise((resolve) => setTimeout(resolve, 500));
    await ecsCall(sandbox, 'StopTask', { cluster: 'shop', task: arn });
    expect(await stopped(arn)).toMatchObject({ stoppedReason: 'Task stopped by user', containers: [{ exitCode: 143 }] });
  });

  test('in a subnet that does not exist is rejected', async () => {
    const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-none'] } };
    await expect(run('job', { networkConfiguration })).rejects.toThrow(/InvalidParameterException: .*subnet-none/);
  });

  test('is started only by a role that may run it and pass its roles', async () => {
    const as = (role: string) => sandbox.endpoint.assumeAsService(`arn:aws:iam::123456789012:role/${role}`, 'lambda.amazonaws.com', 'test');
    const input = { cluster: 'shop', networkConfiguration: subnetsAndGroups() };
    const allowed = await ecsCall(sandbox, 'RunTask', { ...input, taskDefinition: 'job' }, as('Starter'));
    expect(allowed.tasks).toHaveLength(1);
    await expect(ecsCall(sandbox, 'RunTask', { ...input, taskDefinition: 'stubborn' }, as('Starter'))).rejects.toThrow(
      /AccessDeniedException: .*ecs:RunTask/,
    );
  });

  test('with a parameter that is not supported is rejected by its name', async () => {
    await expect(run('job', { placementStrategy: [] })).rejects.toThrow('does not support the parameter placementStrategy');
  });
});

test('its image is built once: a second build of the same folder reads the first one', async () => {
  const said: string[] = [];
  const image = await buildImage({ folder: PROBE, dockerfile: 'Dockerfile', args: {} }, await findIsolation(() => undefined), (line) =>
    said.push(line),
  );
  expect([said, image.config.user]).toEqual([[], 'node']);
});
