import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Sandbox } from '../../contracts';
import { startSandbox } from '../../sandbox';
import { clusterOf, serve, synthesize, urlOf } from './testing';

/** An app as a person would write it, of L2 constructs only: a load balancer, a service in Python with its Dockerfile, and its table. */
let sandbox: Sandbox;

beforeAll(async () => {
  const folder = synthesize((stack) => {
    const { vpc, cluster } = clusterOf(stack);
    const table = new dynamodb.TableV2(stack, 'Table', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } });
    const taskDefinition = new ecs.FargateTaskDefinition(stack, 'Task', { cpu: 256, memoryLimitMiB: 512 });
    taskDefinition.addContainer('orders', {
      image: ecs.ContainerImage.fromAsset(join(__dirname, 'fixtures', 'orders')),
      environment: { TABLE: table.tableName },
      portMappings: [{ containerPort: 8000 }],
      logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'orders' }),
      healthCheck: {
        command: ['CMD-SHELL', 'python -c "import urllib.request as u; u.urlopen(\'http://localhost:8000/health\')"'],
        interval: Duration.seconds(5),
      },
    });
    table.grantReadWriteData(taskDefinition.taskRole);
    const service = new ecs.FargateService(stack, 'Service', {
      cluster,
      taskDefinition,
      desiredCount: 2,
      assignPublicIp: true,
      circuitBreaker: { rollback: true },
    });
    const balancer = new elb.ApplicationLoadBalancer(stack, 'Balancer', { vpc, internetFacing: true });
    serve(balancer, 80, service, 8000);
  });
  sandbox = await startSandbox(folder, { speed: 10, strict: true });
}, 300_000);
afterAll(() => sandbox?.close());

test('a request goes through the load balancer to a container, which writes to the table with the role of its task', async () => {
  const url = `${urlOf(sandbox, 80)}/orders/7`;
  const calls: string[] = [];
  const stop = sandbox.endpoint.onCall(({ operation, principal, status }) =>
    calls.push(`${operation} ${/role\/Shop-([A-Za-z]+Role)/.exec(principal)?.[1]} ${status}`),
  );
  expect((await fetch(url)).status).toBe(404);
  expect((await fetch(url, { method: 'PUT', body: JSON.stringify({ what: 'bread' }) })).status).toBe(201);
  const reply = await fetch(url);
  expect([reply.status, await reply.json()]).toEqual([200, { id: '7', what: 'bread' }]);
  stop();
  expect(calls).toEqual(['GetItem TaskTaskRole 200', 'PutItem TaskTaskRole 200', 'GetItem TaskTaskRole 200']);
});
