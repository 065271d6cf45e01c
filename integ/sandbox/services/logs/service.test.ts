import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { JsonObject } from '../../contracts';
import { assemble } from '../../testing/endpoint';
import { createLogSink } from './logs';
import { logsService } from './service';

const assembly = assemble((stack) => void new LogGroup(stack, 'Group', { logGroupName: '/shop/metrics' }));
const PLACE = { logGroupName: '/shop/metrics', logStreamName: 'one' };

function open() {
  const sink = createLogSink();
  const service = logsService(assembly, sink);
  const principal = { arn: 'arn:aws:iam::123456789012:root', tags: {}, accessKeyId: 'A' };
  const read = (operation: string, input: JsonObject) =>
    service.read({
      ...{ service: 'logs', principal, method: 'POST', url: '/', body: Buffer.from(JSON.stringify(input)) },
      headers: { 'x-amz-target': `Logs_20140328.${operation}` },
    });
  const call = async (operation: string, input: JsonObject) =>
    JSON.parse(String((await read(operation, input).execute({ denied: [], faults: [] })).body)) as JsonObject;
  return { sink, read, call };
}

test('a stream is created once, and takes lines', async () => {
  const { sink, call } = open();
  await expect(call('PutLogEvents', { ...PLACE, logEvents: [] })).rejects.toThrow('The specified log stream does not exist.');
  await call('CreateLogStream', PLACE);
  await expect(call('CreateLogStream', PLACE)).rejects.toThrow('The specified log stream already exists');
  await call('PutLogEvents', { ...PLACE, logEvents: [{ timestamp: 5, message: 'a' }] });
  expect(sink.lines('/shop/metrics')).toEqual([{ at: 5, group: '/shop/metrics', stream: 'one', message: 'a' }]);
  expect((await call('DescribeLogStreams', { logGroupName: '/shop/metrics' })).logStreams).toMatchObject([{ logStreamName: 'one' }]);
});

test('a group that is not in the template does not exist', async () => {
  await expect(open().call('CreateLogStream', { ...PLACE, logGroupName: '/other' })).rejects.toThrow(
    'The specified log group does not exist.',
  );
});

// documented: "Actions, resources, and condition keys for Amazon CloudWatch Logs"
test.each([
  ['PutLogEvents', 'arn:aws:logs:us-east-1:123456789012:log-group:/shop/metrics:log-stream:one'],
  ['DescribeLogStreams', 'arn:aws:logs:us-east-1:123456789012:log-group:/shop/metrics:log-stream:'],
])('%s needs its permission for the stream', async (operation, resource) => {
  expect(await open().read(operation, PLACE).checks()).toEqual([{ action: `logs:${operation}`, resource, context: {} }]);
});

test('an operation that the sandbox lacks is rejected by name', () => {
  expect(() => open().read('CreateLogGroup', PLACE)).toThrow('The sandbox does not support the operation CreateLogGroup of logs');
});
