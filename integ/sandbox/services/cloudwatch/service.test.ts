import { gzipSync } from 'node:zlib';
import { Duration } from 'aws-cdk-lib';
import * as cw from 'aws-cdk-lib/aws-cloudwatch';
import type { JsonObject, ServiceRequest } from '../../contracts';
import { promqlEngine } from '../../engines';
import { assemble } from '../../testing/endpoint';
import { createLogSink } from '../logs/logs';
import { readAlarm } from './alarm';
import { cborObject, encodeCbor } from './protocol/cbor';
import { runAlarms } from './running-alarms';
import { cloudWatchService } from './service';
import { createMetricStore } from './store';

const START = Date.UTC(2026, 10, 30, 8);
const SECONDS = START / 1000;

function open() {
  const assembly = assemble((stack) => {
    new cw.Alarm(stack, 'Errors', {
      ...{ alarmName: 'Errors', threshold: 1, evaluationPeriods: 1, alarmDescription: 'Requests <fail>' },
      metric: new cw.Metric({ namespace: 'Shop', metricName: 'Errors', statistic: 'p95', dimensionsMap: { Service: 'web' } }),
    });
    new cw.Dashboard(stack, 'Overview', { dashboardName: 'Overview', defaultInterval: Duration.hours(1) });
  });
  const store = createMetricStore({ now: () => START }, () => {});
  const definitions = assembly.ofType('AWS::CloudWatch::Alarm').map((resource) => assembly.read(resource, readAlarm));
  const queries = { between: async () => () => undefined };
  const alarms = runAlarms(definitions, { store, queries }, START, () => {});
  const service = cloudWatchService({
    ...{ assembly, store, engine: promqlEngine(() => {}), clock: { now: () => START }, alarms: () => alarms, createdAt: START },
    ...{ dashboards: () => new Map([['Overview', '{"widgets":[]}']]), rules: () => [], logs: createLogSink() },
  });
  const principal = { arn: 'arn:aws:iam::123456789012:root', tags: {}, accessKeyId: 'A' };
  const request = (parts: Partial<ServiceRequest>): ServiceRequest => ({
    ...{ service: 'monitoring', principal, method: 'POST', url: '/', headers: {}, body: Buffer.alloc(0) },
    ...parts,
  });
  const json = (operation: string, input: JsonObject, headers: Record<string, string> = {}) =>
    request({
      headers: { 'x-amz-target': `GraniteServiceVersion20100801.${operation}`, ...headers },
      body: Buffer.from(JSON.stringify(input)),
    });
  const call = async (operation: string, input: JsonObject) => {
    const { body } = await service.read(json(operation, input)).execute({ denied: [], faults: [] });
    return JSON.parse(String(body)) as JsonObject;
  };
  return { store, alarms, service, request, json, call };
}

const DATUM = { MetricName: 'Errors', Dimensions: [{ Name: 'Service', Value: 'web' }], Value: 3, Unit: 'Count', Timestamp: SECONDS };
const ID = { namespace: 'Shop', name: 'Errors', dimensions: { Service: 'web' } };
const RANGE = { StartTime: SECONDS - 60, EndTime: SECONDS + 120 };
const STAT = { Metric: { Namespace: 'Shop', MetricName: 'Errors', Dimensions: DATUM.Dimensions }, Period: 60, Stat: 'Sum' };

// Documented: "PutMetricData" and "GetMetricData" (Amazon CloudWatch API Reference).
describe('metrics', () => {
  test('values, counted values and statistic sets are put and read', async () => {
    const { call } = open();
    const { Value: _, ...rest } = DATUM;
    await call('PutMetricData', {
      Namespace: 'Shop',
      MetricData: [
        DATUM,
        { ...rest, Values: [1, 2], Counts: [10, 1] },
        { ...rest, StatisticValues: { SampleCount: 2, Sum: 8, Minimum: 3, Maximum: 5 } },
      ],
    });
    const found = await call('GetMetricData', {
      ...RANGE,
      MetricDataQueries: [
        { Id: 'errors', MetricStat: STAT, ReturnData: true },
        { Id: 'twice', Expression: '2 * errors', Label: 'Twice' },
        { Id: 'hidden', Expression: 'errors', ReturnData: false },
      ],
    });
    expect(found.MetricDataResults).toEqual([
      { Id: 'errors', Label: 'Errors', StatusCode: 'Complete', Timestamps: [SECONDS], Values: [23] },
      { Id: 'twice', Label: 'Twice', StatusCode: 'Complete', Timestamps: [SECONDS], Values: [46] },
    ]);
  });

  test('statistics have a data point per period with data', async () => {
    const { store, call } = open();
    store.put({ ...ID, at: START, value: 3 });
    store.put({ ...ID, at: START + 60_000, value: 5 });
    const input = { Namespace: 'Shop', MetricName: 'Errors', Dimensions: DATUM.Dimensions, Period: 60, ...RANGE };
    const found = await call('GetMetricStatistics', { ...input, Statistics: ['Sum', 'Maximum'], ExtendedStatistics: ['p50'] });
    expect(found).toEqual({
      Label: 'Errors',
      Datapoints: [
        { Timestamp: SECONDS, Unit: 'None', Sum: 3, Maximum: 3, ExtendedStatistics: { p50: 3 } },
        { Timestamp: SECONDS + 60, Unit: 'None', Sum: 5, Maximum: 5, ExtendedStatistics: { p50: 5 } },
      ],
    });
  });

  test('metrics are listed by namespace, name and dimensions', async () => {
    const { store, call } = open();
    store.put({ ...ID, at: START, value: 3 });
    store.put({ ...ID, dimensions: { Service: 'api' }, at: START, value: 3 });
    const list = async (input: JsonObject) => ((await call('ListMetrics', input)).Metrics as JsonObject[]).length;
    expect(await list({})).toBe(2);
    expect(await list({ Namespace: 'Shop', MetricName: 'Errors', Dimensions: [{ Name: 'Service', Value: 'web' }] })).toBe(1);
    expect(await list({ Dimensions: [{ Name: 'Service' }] })).toBe(2);
    expect(await list({ Namespace: 'Other' })).toBe(0);
  });

  test.each<[string, string, JsonObject, string]>([
    ['a missing namespace', 'PutMetricData', { MetricData: [DATUM] }, 'The parameter Namespace is required.'],
    [
      'no value',
      'PutMetricData',
      { Namespace: 'Shop', MetricData: [{ MetricName: 'Errors' }] },
      'The value null for parameter Value is invalid.',
    ],
    [
      'a value that is too large',
      'PutMetricData',
      { Namespace: 'Shop', MetricData: [{ ...DATUM, Value: 2 ** 361 }] },
      'for parameter Value is invalid',
    ],
    ['an old value', 'PutMetricData', { Namespace: 'Shop', MetricData: [{ ...DATUM, Timestamp: SECONDS - 15 * 86_400 }] }, 'two weeks ago'],
    [
      'a future value',
      'PutMetricData',
      { Namespace: 'Shop', MetricData: [{ ...DATUM, Timestamp: SECONDS + 7_300 }] },
      'two hours from now',
    ],
    [
      'too many metrics',
      'PutMetricData',
      { Namespace: 'Shop', MetricData: Array.from({ length: 1_001 }, () => DATUM) },
      'greater than 1000',
    ],
    ['unequal lists', 'PutMetricData', { Namespace: 'Shop', MetricData: [{ ...DATUM, Values: [1], Counts: [1, 2] }] }, 'the same length'],
    [
      'an unknown function',
      'GetMetricData',
      { ...RANGE, MetricDataQueries: [{ Id: 'a', Expression: 'SEARCH(a)' }] },
      'SEARCH is not supported',
    ],
    [
      'an unknown id',
      'GetMetricData',
      { ...RANGE, MetricDataQueries: [{ Id: 'a', Expression: 'b + 1' }] },
      'has the expression a, which needs b',
    ],
    [
      'an unknown statistic',
      'GetMetricData',
      { ...RANGE, MetricDataQueries: [{ Id: 'a', MetricStat: { ...STAT, Stat: 'tm90' } }] },
      'The statistic tm90 is not supported',
    ],
    [
      'a short period',
      'GetMetricData',
      { ...RANGE, MetricDataQueries: [{ Id: 'a', MetricStat: { ...STAT, Period: 10 } }] },
      '10 is not supported',
    ],
    [
      'an empty range',
      'GetMetricStatistics',
      { ...ID, Namespace: 'S', MetricName: 'E', Period: 60, Statistics: ['Sum'], StartTime: 5, EndTime: 5 },
      'StartTime must be less',
    ],
    [
      'a long range',
      'GetMetricStatistics',
      { Namespace: 'S', MetricName: 'E', Period: 60, Statistics: ['Sum'], StartTime: 0, EndTime: 90_000 },
      'more than 1440 data points',
    ],
  ])('%s is rejected', async (_, operation, input, message) => {
    await expect(open().call(operation, input)).rejects.toThrow(message);
  });

  test('a request is rejected as a whole', async () => {
    const { store, call } = open();
    await expect(call('PutMetricData', { Namespace: 'Shop', MetricData: [DATUM, { MetricName: 'Errors' }] })).rejects.toThrow();
    expect(store.list()).toEqual([]);
  });
});

describe('alarms', () => {
  test('they are described, their state can be set, and its history is kept', async () => {
    const { call } = open();
    expect((await call('DescribeAlarms', { AlarmNames: ['Errors'] })).MetricAlarms).toMatchObject([
      {
        ...{ AlarmName: 'Errors', StateValue: 'INSUFFICIENT_DATA', StateReason: 'Unchecked: Initial alarm creation', Threshold: 1 },
        ...{ ExtendedStatistic: 'p95', Period: 300, Namespace: 'Shop', Dimensions: [{ Name: 'Service', Value: 'web' }] },
      },
    ]);
    await call('SetAlarmState', { AlarmName: 'Errors', StateValue: 'ALARM', StateReason: 'a test' });
    expect((await call('DescribeAlarms', { StateValue: 'ALARM' })).MetricAlarms).toMatchObject([
      { AlarmName: 'Errors', StateReason: 'a test' },
    ]);
    expect((await call('DescribeAlarms', { StateValue: 'OK' })).MetricAlarms).toEqual([]);
    expect((await call('DescribeAlarms', { AlarmTypes: ['CompositeAlarm'] })).MetricAlarms).toEqual([]);
    expect((await call('DescribeAlarmHistory', { AlarmName: 'Errors' })).AlarmHistoryItems).toMatchObject([
      { HistoryItemType: 'StateUpdate', HistorySummary: 'Alarm updated from INSUFFICIENT_DATA to ALARM', Timestamp: SECONDS },
    ]);
  });

  test('unknown alarms and states are rejected', async () => {
    const { call } = open();
    const set = (AlarmName: string, StateValue: string) => call('SetAlarmState', { AlarmName, StateValue, StateReason: 'a test' });
    await expect(set('Other', 'OK')).rejects.toThrow('There is no alarm Other');
    await expect(set('Errors', 'FINE')).rejects.toThrow('FINE must be one of OK, ALARM, INSUFFICIENT_DATA');
  });

  test('dashboards have the bodies of the template', async () => {
    const { call } = open();
    expect(await call('GetDashboard', { DashboardName: 'Overview' })).toMatchObject({ DashboardBody: '{"widgets":[]}' });
    expect((await call('ListDashboards', {})).DashboardEntries).toMatchObject([{ DashboardName: 'Overview', Size: 14 }]);
    await expect(call('GetDashboard', { DashboardName: 'Other' })).rejects.toThrow('Dashboard Other does not exist');
  });
});

// Documented: the protocols of the service model: smithy-rpc-v2-cbor, JSON 1.0 and query.
describe('protocols', () => {
  test('the query protocol has numbered members', async () => {
    const { service, request, store } = open();
    const form = (parameters: Record<string, string>) => request({ body: Buffer.from(new URLSearchParams(parameters).toString()) });
    const put = service.read(
      form({
        ...{ Action: 'PutMetricData', Version: '2010-08-01', Namespace: 'Shop', 'MetricData.member.1.MetricName': 'Errors' },
        ...{ 'MetricData.member.1.Dimensions.member.1.Name': 'Service', 'MetricData.member.1.Dimensions.member.1.Value': 'web' },
        ...{ 'MetricData.member.1.Values.member.1': '2', 'MetricData.member.1.Values.member.2': '4' },
        'MetricData.member.1.Timestamp': '2026-11-30T08:00:00Z',
      }),
    );
    expect(String((await put.execute({ denied: [], faults: [] })).body)).toContain('<PutMetricDataResponse');
    expect(store.values(ID, 'Sum', 60, START, START + 60_000)).toEqual([6]);
    const described = await service.read(form({ Action: 'DescribeAlarms' })).execute({ denied: [], faults: [] });
    expect(String(described.body)).toContain('<MetricAlarms><member><AlarmName>Errors</AlarmName>');
    expect(String(described.body)).toContain('<AlarmDescription>Requests &lt;fail&gt;</AlarmDescription>');
    expect(String(described.body)).toContain('<StateUpdatedTimestamp>2026-11-30T08:00:00.000Z</StateUpdatedTimestamp>');
    const error = service.error(form({}), 'InvalidParameterValueException', 'wrong', 400);
    expect([error.status, String(error.body)]).toEqual([400, expect.stringContaining('<Code>InvalidParameterValue</Code>')]);
  });

  test('CBOR has the operation in the path', async () => {
    const { service, request, store } = open();
    const cbor = (operation: string, input: JsonObject) =>
      request({
        url: `/service/GraniteServiceVersion20100801/operation/${operation}`,
        ...{ headers: { 'smithy-protocol': 'rpc-v2-cbor' }, body: encodeCbor(input) },
      });
    await service.read(cbor('PutMetricData', { Namespace: 'Shop', MetricData: [DATUM] })).execute({ denied: [], faults: [] });
    expect(store.values(ID, 'Sum', 60, START, START + 60_000)).toEqual([3]);
    const reply = await service.read(cbor('DescribeAlarms', {})).execute({ denied: [], faults: [] });
    expect(reply.headers).toMatchObject({ 'smithy-protocol': 'rpc-v2-cbor' });
    expect(cborObject(reply.body as Buffer).MetricAlarms).toMatchObject([{ AlarmName: 'Errors', StateUpdatedTimestamp: SECONDS }]);
    const error = service.error(cbor('DescribeAlarms', {}), 'ResourceNotFound', 'none', 404);
    expect(error.headers).toMatchObject({ 'x-amzn-query-error': 'ResourceNotFound;Sender' });
    expect(() => service.read({ ...cbor('DescribeAlarms', {}), body: Buffer.of(0x9f) })).toThrow('ends within a value');
  });

  test('bodies may be compressed, up to 1 MB', async () => {
    const { service, request, json, store } = open();
    const plain = json('PutMetricData', { Namespace: 'Shop', MetricData: [DATUM] }, { 'content-encoding': 'gzip' });
    await service.read({ ...plain, body: gzipSync(plain.body) }).execute({ denied: [], faults: [] });
    expect(store.list()).toEqual([ID]);
    const bomb = gzipSync(Buffer.alloc(2 * 1024 * 1024, ' '));
    expect(() => service.read(request({ ...plain, body: bomb }))).toThrow('larger than 1 MB');
  });

  test('an operation that the sandbox lacks is rejected by name', () => {
    const { service, json } = open();
    expect(() => service.read(json('PutMetricAlarm', {}))).toThrow('does not support the operation PutMetricAlarm of CloudWatch');
    expect(() => service.read(json('constructor', {}))).toThrow('does not support the operation constructor');
  });
});

// Documented: "Actions, resources, and condition keys for Amazon CloudWatch" (Service Authorization Reference).
test.each<[string, JsonObject, JsonObject]>([
  ['PutMetricData', { Namespace: 'Shop' }, { resource: '*', context: { 'cloudwatch:namespace': 'Shop' } }],
  ['GetMetricData', {}, { resource: '*', context: {} }],
  ['SetAlarmState', { AlarmName: 'Errors' }, { resource: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:Errors', context: {} }],
  ['DescribeAlarms', {}, { resource: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:*', context: {} }],
  ['GetDashboard', { DashboardName: 'Overview' }, { resource: 'arn:aws:cloudwatch::123456789012:dashboard/Overview', context: {} }],
])('%s needs its permission', async (operation, input, check) => {
  const { service, json } = open();
  expect(await service.read(json(operation, input)).checks()).toEqual([{ action: `cloudwatch:${operation}`, ...check }]);
});
