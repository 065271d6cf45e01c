import { SpanKind } from '@opentelemetry/api';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { createTraces } from '../../app/grades/src/traces';
import { answeringAws, opened } from './aws';
import { closeServers, HEADERS, SCHOOL, testServer } from './fixtures';

answeringAws();
afterEach(closeServers);

const [TIME, REST, PARENT] = ['5759e988', 'bd862e3fe1be46a994272793', '53995c3f42cd8ad8'];
const SAMPLED = `Self=1-67891234-12456789abcdef012345678;Root=1-${TIME}-${REST};Parent=${PARENT};Sampled=1`;

/** A server whose spans a test reads. */
function traced(sampledShare = 0) {
  const exporter = new InMemorySpanExporter();
  const traces = createTraces(new SimpleSpanProcessor({ exporter }), { serviceName: 'grades', sampledShare });
  const { ask } = testServer({ send: async () => ({}) }, { data: opened(), traces });
  const spans = () => exporter.getFinishedSpans();
  const ofService = () => spans().filter(({ kind }) => kind === SpanKind.SERVER);
  const callsOf = (span: ReadableSpan) =>
    spans().filter(({ parentSpanContext }) => parentSpanContext?.spanId === span.spanContext().spanId);
  return { ask, spans, ofService, callsOf };
}

const ask = (id: string, header?: string) => ({
  url: '/students',
  headers: { ...HEADERS, 'x-correlation-id': id, ...(header === undefined ? {} : { 'x-amzn-trace-id': header }) },
});

test('a request continues the trace of the API, is found by its ids, and has its calls to AWS', async () => {
  const server = traced();
  await server.ask(ask('GwI-EFXvj10_w=', SAMPLED));
  const [span, ...others] = server.ofService();
  expect(others).toEqual([]);
  expect(span.spanContext().traceId).toBe(`${TIME}${REST}`);
  expect(span.parentSpanContext?.spanId).toBe(PARENT);
  expect(span.name).toBe('ListStudents');
  expect(span.attributes).toEqual({
    ...{ correlation_id: 'GwI-EFXvj10_w=', tenant_id: SCHOOL },
    ...{ 'http.request.method': 'GET', 'http.response.status_code': 200 },
  });
  expect(span.resource.attributes).toEqual({ 'service.name': 'grades' });
  expect(server.callsOf(span).map(({ name }) => name)).toEqual(['DynamoDB.GetItem', 'STS.AssumeRole', 'DynamoDB.Query']);
  expect(new Set(server.callsOf(span).map((one) => one.attributes['peer.service']))).toEqual(new Set(['DynamoDB', 'STS']));
});

test('requests that are answered at the same time have their own calls', async () => {
  const server = traced();
  await server.ask(ask('first', SAMPLED));
  const ids = Array.from({ length: 10 }, (_, number) => `id-${number}`);
  await Promise.all(ids.map((id) => server.ask(ask(id, SAMPLED))));
  const later = server.ofService().filter(({ attributes }) => attributes.correlation_id !== 'first');
  expect(later.map(({ attributes }) => attributes.correlation_id).sort()).toEqual(ids);
  for (const span of later) expect(server.callsOf(span).map(({ name }) => name)).toEqual(['DynamoDB.Query']);
});

test.each([
  ['is not sampled', SAMPLED.replace('Sampled=1', 'Sampled=0')],
  ['has not decided', SAMPLED.replace(';Sampled=1', ';Sampled=?')],
])('a request whose trace %s has no spans', async (_, header) => {
  const server = traced(1);
  await server.ask(ask('id', header));
  expect(server.spans()).toEqual([]);
});

test.each([
  ['none', undefined],
  ['that of a load balancer', `Root=1-${TIME}-${REST}`],
  ['another form', `traceparent 00-${TIME}${REST}-${PARENT}-01`],
  ['no hexadecimal digits', SAMPLED.replace(PARENT, 'zzzzzzzzzzzzzzzz')],
  ['a long text', `Root=${'1'.repeat(10_000)};Parent=${PARENT};Sampled=1`],
])('with the header %s, a trace of its own begins, as the share says', async (_, header) => {
  const none = traced(0);
  await none.ask(ask('id', header));
  expect(none.spans()).toEqual([]);
  const all = traced(1);
  await all.ask(ask('id', header));
  const [span] = all.ofService();
  expect(span.parentSpanContext).toBeUndefined();
  expect(span.spanContext().traceId).not.toBe(`${TIME}${REST}`);
  expect(all.callsOf(span)).toHaveLength(3);
});

test('checks of health are not traced, and a rejected token is', async () => {
  const server = traced(1);
  await server.ask({ url: '/health' });
  expect(server.spans()).toEqual([]);
  await server.ask({ url: '/students', headers: { ...HEADERS, authorization: 'Bearer another' } });
  expect(server.spans().map(({ attributes }) => attributes)).toEqual([expect.objectContaining({ 'http.response.status_code': 401 })]);
});

test('a call that failed has the name of its error', async () => {
  const exporter = new InMemorySpanExporter();
  const traces = createTraces(new SimpleSpanProcessor({ exporter }), { serviceName: 'grades', sampledShare: 1 });
  const request = traces.begin({ operation: 'ListStudents', method: 'GET', correlationId: 'id' });
  request.call('DynamoDB', 'Query')('ThrottlingException');
  request.end({ status: 503 });
  expect(exporter.getFinishedSpans().map(({ name, status: { message } }) => [name, message])).toEqual([
    ['DynamoDB.Query', 'ThrottlingException'],
    ['ListStudents', undefined],
  ]);
});
