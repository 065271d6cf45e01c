import { logLines } from '../../src/buffered-ingest-path/lambda/log-lines';
import { processBatch } from '../../src/buffered-ingest-path/lambda/process-batch';
import { logLine } from '../../src/runtime/log-line';
import { destination, FakeDependencies, later, record, visit } from './handler-dependencies';

const invocation = { functionName: 'writer', invocationId: 'invocation-1', at: 1_790_000_002_000 };

async function lines(
  records: Parameters<typeof processBatch>[0],
  dependencies = new FakeDependencies(),
): Promise<Record<string, unknown>[]> {
  return logLines(await processBatch(records, destination, later(dependencies), dependencies), invocation).map((line) =>
    JSON.parse(logLine(line)),
  );
}

test('each message that was not stored has a log line with its id, its tenant and the reason', async () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const [first] = await lines([
    record({ pupil: 1 }, { correlationId: 'request-1', requestId: 'chosen-1', traceparent }, 'm-1'),
    visit('a'),
  ]);
  expect(first).toEqual({
    level: 'ERROR',
    message: 'Message not stored',
    messageId: 'm-1',
    tenant: 'school-1',
    correlationId: 'request-1',
    requestId: 'chosen-1',
    traceparent,
    errorCode: 'InvalidKey',
    reason: '{body.student} must be a non-empty string, a finite number or a boolean',
    functionName: 'writer',
    invocationId: 'invocation-1',
  });
});

test('no part of a body is logged, even if it causes the error', async () => {
  const secret = 'Ana Perez';
  const all = await lines([record(`{"student":"${secret}"`), record({ name: secret }), record({ student: 's', name: secret })]);
  expect(all).toHaveLength(3);
  expect(JSON.stringify(all)).not.toContain('Perez');
});

test('one line per batch carries its metrics, with the function as the only dimension and tenants as a property', async () => {
  const all = await lines([visit('a'), visit('a'), visit('b', { tenant: 'school-2' }), record('{')]);
  expect(all).toHaveLength(2);
  expect(all[1]).toEqual({
    _aws: {
      Timestamp: 1_790_000_002_000,
      CloudWatchMetrics: [
        {
          Namespace: 'Andamio/BufferedIngestPath',
          Dimensions: [['FunctionName']],
          Metrics: [
            { Name: 'Written', Unit: 'Count' },
            { Name: 'Duplicates', Unit: 'Count' },
            { Name: 'Failed', Unit: 'Count' },
            { Name: 'WriteLatency', Unit: 'Milliseconds' },
          ],
        },
      ],
    },
    level: 'WARN',
    message: 'Batch processed',
    FunctionName: 'writer',
    invocationId: 'invocation-1',
    Written: 2,
    Duplicates: 1,
    Failed: 1,
    WriteLatency: 0,
    messages: 4,
    calls: 1,
    tenants: { 'school-1': 2, 'school-2': 1 },
  });
});

test('a batch without writes has no latency', async () => {
  const [, batch] = await lines([record('{')]);
  expect(batch).not.toHaveProperty('WriteLatency');
});

// Documented: "CloudWatch Logs quotas", a log event of at most 1 MB.
test('the line of a batch of 10,000 tenants stays small', async () => {
  const records = Array.from({ length: 10_000 }, (_, index) => visit(`k-${index}`, { tenant: `${'a'.repeat(59)}${index}` }));
  const [batch] = logLines(await processBatch(records, destination, later(new FakeDependencies()), new FakeDependencies()), invocation);
  expect(Buffer.byteLength(logLine(batch))).toBeLessThan(32 * 1024);
  // A second or two on an idle machine.
}, 60_000);
