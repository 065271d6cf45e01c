import { LogGroup, QueryDefinition, QueryString } from 'aws-cdk-lib/aws-logs';
import type { JsonObject } from '../../contracts';
import { assemble } from '../../testing/endpoint';
import { createLogSink } from './logs';
import { logsService } from './service';

const assembly = assemble((stack) => {
  const logGroups = ['/shop/metrics', '/shop/orders'].map((logGroupName) => new LogGroup(stack, logGroupName, { logGroupName }));
  new QueryDefinition(stack, 'Query', {
    queryDefinitionName: 'Shop-Failures',
    queryString: new QueryString({ fields: ['@log', '@message'], filterStatements: ['status >= 500'], sort: '@timestamp asc' }),
    logGroups,
  });
});
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

describe('Logs Insights', () => {
  const ask = { startTime: 0, endTime: 10, queryString: 'fields @message | sort @timestamp asc', logGroupName: '/shop/metrics' };
  const write = (at: number, group: string, message: string) => ({ at, group, stream: 's', message });

  test('a saved query finds its events in all of its groups, in order of time', async () => {
    const { sink, call } = open();
    sink.write(write(2_000, '/shop/metrics', '{"status":503,"order":"b"}'));
    sink.write(write(1_000, '/shop/orders', '{"status":500,"order":"a"}'));
    sink.write(write(3_000, '/shop/orders', '{"status":200,"order":"c"}'));
    const { queryDefinitions } = await call('DescribeQueryDefinitions', { queryDefinitionNamePrefix: 'Shop-' });
    const [{ queryDefinitionId, ...definition }] = queryDefinitions as JsonObject[];
    expect(definition).toEqual({
      name: 'Shop-Failures',
      queryString: 'fields @log, @message\n| filter status >= 500\n| sort @timestamp asc',
      logGroupNames: ['/shop/metrics', '/shop/orders'],
      queryLanguage: 'CWLI',
    });
    expect((await call('DescribeQueryDefinitions', { queryDefinitionNamePrefix: 'Other' })).queryDefinitions).toEqual([]);
    const { queryId } = await call('StartQuery', { startTime: 0, endTime: 10, ...pick(definition) });
    expect(await call('GetQueryResults', { queryId })).toMatchObject({
      status: 'Complete',
      results: [
        [
          { field: '@log', value: '123456789012:/shop/orders' },
          { field: '@message', value: expect.stringContaining('"a"') },
        ],
        [
          { field: '@log', value: '123456789012:/shop/metrics' },
          { field: '@message', value: expect.stringContaining('"b"') },
        ],
      ],
      statistics: { recordsMatched: 2, recordsScanned: 3 },
    });
  });
  const pick = ({ queryString, logGroupNames }: JsonObject) => ({ queryString, logGroupNames });

  // documented: "StartQuery": the range is inclusive, in seconds
  test('events of the range are scanned, both ends included', async () => {
    const { sink, call } = open();
    for (const at of [999, 1_000, 5_999, 6_000]) sink.write(write(at, '/shop/metrics', String(at)));
    const { queryId } = await call('StartQuery', { ...ask, startTime: 1, endTime: 5 });
    const { results } = await call('GetQueryResults', { queryId });
    expect((results as JsonObject[][]).map(([{ value }]) => value)).toEqual(['1000', '5999']);
  });

  // documented: "Actions, resources, and condition keys for Amazon CloudWatch Logs"
  test('StartQuery needs its permission for each group, by name or ARN; the others have no resource', async () => {
    const { read } = open();
    const arn = 'arn:aws:logs:us-east-1:123456789012:log-group:/shop/orders';
    const { logGroupName: _, ...rest } = ask;
    expect(await read('StartQuery', { ...rest, logGroupIdentifiers: ['/shop/metrics', arn] }).checks()).toEqual(
      ['/shop/metrics', '/shop/orders'].map((group) => ({
        action: 'logs:StartQuery',
        resource: `arn:aws:logs:us-east-1:123456789012:log-group:${group}:log-stream:`,
        context: {},
      })),
    );
    for (const name of ['GetQueryResults', 'StopQuery', 'DescribeQueryDefinitions']) {
      expect(await read(name, { queryId: 'q' }).checks()).toEqual([{ action: `logs:${name}`, resource: '*', context: {} }]);
    }
  });

  test.each([
    [{ logGroupName: '/other' }, 'The specified log group does not exist.'],
    [{ logGroupNames: ['/shop/orders'] }, 'Exactly one of logGroupName, logGroupNames and logGroupIdentifiers'],
    [{ logGroupName: Array.from({ length: 51 }, (_, index) => `/g/${index}`) }, '51 log groups: expected 1 to 50'],
    [{ startTime: 11 }, 'End time should not be before start time'],
    [{ queryString: `limit 1${' '.repeat(10_000)}` }, 'at most 10000 characters'],
    [{ queryLanguage: 'SQL' }, 'does not support the query language SQL'],
    [{ limit: 0 }, 'limit: expected 1 to 100000'],
    [{ queryString: 'dedup a' }, 'does not support the command dedup'],
  ])('%j is rejected', async (change, message) => {
    await expect(async () => await open().call('StartQuery', { ...ask, ...change })).rejects.toThrow(message);
  });

  // documented: "StopQuery": "If the query has already ended, the operation returns an error"
  test('a query that has ended cannot be stopped, and an unknown one does not exist', async () => {
    const { call } = open();
    const { queryId } = await call('StartQuery', ask);
    await expect(call('StopQuery', { queryId })).rejects.toThrow('is not running');
    await expect(call('GetQueryResults', { queryId: 'other' })).rejects.toThrow('does not exist');
  });
});
