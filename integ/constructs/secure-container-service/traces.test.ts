import type { CfnManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { OpenTelemetry } from '../../../src';
import type { RunningStack } from '../fixtures/start-stack';
import { startShop, until } from './traced-shop';

const TRACED = OpenTelemetry.adotSidecar({ sampledShare: 0, propagators: ['tracecontext', 'baggage', 'xray'] });

const GRPC = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4317' };
const [ROOT, PARENT] = ['5759e988bd862e3fe1be46a9', '53995c3f42cd8ad8'];

/** The id of a trace that began now, as X-Ray takes it. */
function newTrace(): string {
  return `1-${Math.floor(Date.now() / 1000).toString(16)}-${ROOT}`;
}

async function sell({ sandbox }: RunningStack, traceHeaders: Record<string, string>): Promise<{ trace: string; correlationId: string }> {
  const [{ url }] = sandbox.restApis.apis;
  const response = await fetch(`${url}/sales/bread`, { headers: { Authorization: 'a', ...traceHeaders } });
  const { trace } = (await response.json()) as { trace: string };
  return { trace, correlationId: response.headers.get('x-amz-apigw-id') ?? '' };
}

describe('a service with a collector', () => {
  let stack: RunningStack;
  // From the first test: the line of another test's sale can be written before the test that reads it.
  const writers = new Set<string>();
  beforeAll(async () => {
    stack = await startShop('Traced', TRACED);
    stack.sandbox.endpoint.onCall(({ operation, principal }) => operation === 'PutLogEvents' && writers.add(principal));
  }, 300_000);
  afterAll(() => stack?.close());

  const spansOf = (correlationId: string) =>
    until(() => {
      const segments = stack.sandbox.traces.segments();
      const own = segments.find(({ annotations }) => annotations.correlation_id === correlationId);
      const children = segments.filter(({ traceId }) => traceId === own?.traceId);
      return own !== undefined && children.some(({ name }) => name === 'sell') ? { own, children } : undefined;
    });

  test('continues the trace of X-Amzn-Trace-Id, and is found by the correlation id and the tenant that the API set', async () => {
    const traceId = newTrace();
    const { trace, correlationId } = await sell(stack, {
      'X-Amzn-Trace-Id': `Root=${traceId};Parent=${PARENT};Sampled=1`,
      'X-Correlation-Id': 'of the caller',
    });
    expect(trace).toBe(traceId.slice(2).replace('-', ''));
    const { own, children } = await spansOf(correlationId);
    expect(own).toMatchObject({ traceId, parentId: PARENT, name: 'shop', annotations: { tenant_id: 'harbour-school' } });
    expect(own.document).toMatchObject({ origin: 'AWS::ECS::Fargate', http: { request: { method: 'GET' }, response: { status: 200 } } });
    const [sold] = children.filter(({ name }) => name === 'sell');
    expect(sold.document).toMatchObject({ type: 'subsegment', parent_id: own.id, metadata: { default: { article: 'bread' } } });
  });

  test('continues the trace of traceparent', async () => {
    const traceId = newTrace();
    const trace = traceId.slice(2).replace('-', '');
    const sold = await sell(stack, { traceparent: `00-${trace}-${PARENT}-01` });
    expect(sold.trace).toBe(trace);
    expect((await spansOf(sold.correlationId)).own).toMatchObject({ traceId, parentId: PARENT });
  });

  test('writes its metrics to its log group in the embedded metric format, with the role of the task', async () => {
    const line = await until(async () => {
      await sell(stack, {});
      for (const { message } of stack.sandbox.logs.lines('/aws/ecs/shop/metrics')) {
        const metric = JSON.parse(message);
        if (metric.sold > 0) return metric;
      }
      return undefined;
    });
    expect(line).toMatchObject({ article: 'bread', OTelLib: 'shop' });
    expect(line._aws.CloudWatchMetrics).toEqual([
      expect.objectContaining({ Namespace: 'Andamio/SecureContainerService', Metrics: [{ Name: 'sold' }] }),
    ]);
    expect([...writers]).toEqual([expect.stringContaining(':assumed-role/Traced-ShopTaskRole')]);
  });
});

test('without the permission in the template, X-Ray denies what the collector got by gRPC, and the collector reports it', async () => {
  const stack = await startShop('Denied', TRACED, GRPC, ({ taskRole }) => {
    const policy = taskRole.node.findChild('CollectorPolicy').node.defaultChild as CfnManagedPolicy;
    policy.addPropertyOverride('PolicyDocument.Statement.0.Action', ['xray:GetSamplingRules']);
  });
  try {
    const denied: string[] = [];
    stack.sandbox.endpoint.onDenial(({ check }) => denied.push(check.action));
    await sell(stack, { 'X-Amzn-Trace-Id': `Root=${newTrace()};Parent=${PARENT};Sampled=1` });
    const line = await until(() =>
      stack.sandbox.logs.lines('/aws/ecs/shop/application').find(({ message }) => /AccessDenied/.test(message)),
    );
    expect(line.message).toMatch(/XRayExporter: .*AccessDeniedException.*is not authorized to perform: xray:PutTraceSegments/);
    expect(denied).toContain('xray:PutTraceSegments');
    expect(stack.sandbox.traces.segments()).toEqual([]);
  } finally {
    await stack.close();
  }
}, 300_000);
