import type { CfnManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { CollectorMetrics, OpenTelemetry } from '../../../src';
import { queryMetrics } from '../../kit/promql-query';
import { installPromql } from '../../sandbox/engines';
import type { RunningStack } from '../fixtures/start-stack';
import { startShop, until } from './traced-shop';

// The first use builds the engine.
beforeAll(() => installPromql(() => {}), 600_000);

const BY_OTLP = OpenTelemetry.adotSidecar({ metrics: CollectorMetrics.otlp(), sampledShare: 0 });

const sell = ({ sandbox }: RunningStack, article: string) =>
  fetch(`${sandbox.restApis.apis[0].url}/sales/${article}`, { headers: { Authorization: 'a' } });

const query = ({ sandbox }: RunningStack, text: string) => queryMetrics(sandbox, text);

test('metrics are differences that a query adds up, with the task but little else of the resource, in the role of the task', async () => {
  const stack = await startShop('ByOtlp', BY_OTLP);
  try {
    const callers = new Set<string>();
    stack.sandbox.endpoint.onCall(({ operation, principal }) => operation === 'PutOTLPMetrics' && callers.add(principal));
    for (const article of ['bread', 'bread', 'milk']) expect((await sell(stack, article)).status).toBe(200);
    const sold = await until(async () => {
      const series = await query(stack, 'sum by (article) (sum_over_time({"sold"}[10m]))');
      return series.length === 2 ? series : undefined;
    });
    expect(Object.fromEntries(sold.map(({ metric, value }) => [metric.article, value[1]]))).toEqual({ bread: '2', milk: '1' });
    // Another sale is added to those before it, and counted once.
    await sell(stack, 'bread');
    await until(async () => {
      const [{ value }] = await query(stack, 'sum(sum_over_time({"sold", article="bread"}[10m]))');
      return value[1] === '3' ? value : undefined;
    });
    const [{ metric }] = await query(stack, 'last_over_time({"sold"}[10m])');
    const resource = Object.keys(metric).filter((label) => label.startsWith('@resource.'));
    // The id of the instance comes from the SDK: a container can have several processes.
    expect(resource.sort()).toEqual(['@resource.aws.ecs.task.id', '@resource.service.instance.id', '@resource.service.name']);
    expect([...callers]).toEqual([expect.stringContaining(':assumed-role/ByOtlp-ShopTaskRole')]);
  } finally {
    await stack.close();
  }
}, 300_000);

test('what a task measured last arrives, because its collector ends after the code', async () => {
  const stack = await startShop('OtlpLast', BY_OTLP, { OTEL_METRIC_EXPORT_INTERVAL: '600000' });
  try {
    for (const article of ['bread', 'bread']) expect((await sell(stack, article)).status).toBe(200);
    expect(await query(stack, 'sum_over_time({"sold"}[10m])')).toEqual([]);
    const { assembly, containerServices } = stack.sandbox;
    await containerServices.replace(assembly.ref(assembly.ofType('AWS::ECS::Service')[0]));
    const [{ value }] = await until(async () => {
      const series = await query(stack, 'sum(sum_over_time({"sold"}[10m]))');
      return series.length === 1 ? series : undefined;
    }, 60);
    expect(value[1]).toBe('2');
  } finally {
    await stack.close();
  }
}, 300_000);

test('without the permission in the template, CloudWatch denies them, and the collector reports it', async () => {
  const stack = await startShop('OtlpDenied', BY_OTLP, {}, ({ taskRole }) => {
    const policy = taskRole.node.findChild('CollectorPolicy').node.defaultChild as CfnManagedPolicy;
    policy.addPropertyOverride('PolicyDocument.Statement.1.Action', ['cloudwatch:ListMetrics']);
  });
  try {
    await sell(stack, 'bread');
    const line = await until(async () =>
      stack.sandbox.logs.lines('/aws/ecs/shop/application').find(({ message }) => message.includes('OtlpHttpExporter')),
    );
    expect(line.message).toMatch(/OtlpHttpExporter: .*403/);
    expect(line.message).toContain('cloudwatch:PutMetricData');
  } finally {
    await stack.close();
  }
}, 300_000);
