import { gzipSync } from 'node:zlib';
import { Duration } from 'aws-cdk-lib';
import * as cw from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import type { Credentials, JsonObject } from '../../../contracts';
import { installPromql } from '../../../engines';
import { MINUTE, openCloudWatch, type TestCloudWatch } from '../testing';
import { otlpHistogram } from './testing';

/** A school whose 95th percentile of the last 5 minutes is above 120 ms, with at least 20 requests. */
const HISTOGRAM = 'sum by (school) (sum_over_time({"Latency"}[5m]))';
const QUERY = `histogram_quantile(0.95, ${HISTOGRAM}) > 0.12 and histogram_count(${HISTOGRAM}) >= 20`;

let cloudWatch: TestCloudWatch;

// The first use builds the engine.
beforeAll(() => installPromql(() => {}), 600_000);
beforeEach(async () => {
  cloudWatch = await openCloudWatch((stack) => {
    const alarm = new cw.PromQLAlarm(stack, 'Slow', {
      ...{ alarmName: 'Slow', query: QUERY, evaluationInterval: Duration.minutes(1) },
      ...{ pendingPeriod: Duration.minutes(1), recoveryPeriod: Duration.minutes(3) },
    });
    const topic = new sns.Topic(stack, 'Topic', { topicName: 'Alarms' });
    alarm.addAlarmAction(new SnsAction(topic));
    alarm.addOkAction(new SnsAction(topic));
  });
});
afterEach(() => cloudWatch.close());

const JSON_TYPE = { 'content-type': 'application/json' };

interface Request {
  readonly url: string;
  readonly method?: string;
  readonly body?: Buffer | string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly credentials?: Credentials;
}

async function send({
  url,
  method = 'POST',
  body = '',
  headers = JSON_TYPE,
  credentials,
}: Request): Promise<{ status: number; body: JsonObject }> {
  const { endpoint } = cloudWatch;
  const { expiration: _, ...administrator } = endpoint.administrator();
  const reply = await endpoint.call({
    ...{ service: 'monitoring', region: 'us-east-1', method, url, headers, body: Buffer.from(body) },
    credentials: credentials ?? administrator,
  });
  return { status: reply.status, body: JSON.parse(String(reply.body) || '{}') as JsonObject };
}

const put = (measured: Parameters<typeof otlpHistogram>[1], instance?: string) =>
  send({ url: '/v1/metrics', body: otlpHistogram('Latency', measured, instance) });
const contributors = async () => {
  const target = 'GraniteServiceVersion20100801.DescribeAlarmContributors';
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target };
  const { body } = await send({ url: '/', headers, body: '{"AlarmName":"Slow"}' });
  return (body.AlarmContributors as JsonObject[]).map(({ ContributorAttributes }) => ContributorAttributes);
};
/** Advances the clock by minutes, one by one, and waits until the alarm was evaluated in each. */
async function pass(minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    cloudWatch.clock.advance(MINUTE);
    await cloudWatch.evaluated();
  }
}

describe('an alarm on a query', () => {
  test('goes off for one slow school with enough requests, names it, and recovers', async () => {
    await put({ slow: [0.2, 60], fast: [0.04, 1000], rare: [0.9, 3] });
    await pass(1);
    expect(cloudWatch.state('Slow')).toBe('OK');
    await pass(1);
    expect(cloudWatch.state('Slow')).toBe('ALARM');
    expect(await contributors()).toEqual([{ school: 'slow' }]);
    await pass(8);
    // The histogram is in the window of five minutes, and the school recovers for three.
    expect(cloudWatch.changes()).toEqual(['Slow: INSUFFICIENT_DATA>OK @1', 'Slow: OK>ALARM @2', 'Slow: ALARM>OK @8']);
    expect(cloudWatch.published.map(({ message }) => message)).toMatchObject([
      { NewStateValue: 'OK' },
      { NewStateValue: 'ALARM', NewStateReason: expect.stringContaining('{school="slow"} with 0.2'), Trigger: { EvaluationInterval: 60 } },
      { NewStateValue: 'OK' },
    ]);
  });

  test('does not go off for a platform that is slow on average in no school', async () => {
    await put({ one: [0.1, 500], two: [0.11, 500] });
    await pass(3);
    expect(cloudWatch.changes()).toEqual(['Slow: INSUFFICIENT_DATA>OK @1']);
  });

  test('adds up the tasks of a service, and exports of one task at the same time', async () => {
    await put({ a: [0.2, 7] }, 'one');
    await put({ a: [0.2, 7] }, 'one');
    await put({ a: [0.2, 7] }, 'two');
    await pass(2);
    expect(cloudWatch.state('Slow')).toBe('ALARM');
  });

  test('is evaluated in order by a clock that is advanced at once', async () => {
    await put({ a: [0.2, 60] });
    // More minutes than are evaluated at once.
    cloudWatch.clock.advance(600 * MINUTE);
    await cloudWatch.evaluated();
    expect(cloudWatch.changes()).toEqual(['Slow: INSUFFICIENT_DATA>OK @1', 'Slow: OK>ALARM @2', 'Slow: ALARM>OK @8']);
  });
});

describe('the endpoint of OTLP', () => {
  test('accepts JSON and gzip, and queries return attributes of the resource', async () => {
    const body = gzipSync(otlpHistogram('Latency', { a: [0.2, 10] }));
    expect(await send({ url: '/v1/metrics', body, headers: { ...JSON_TYPE, 'content-encoding': 'gzip' } })).toEqual({
      status: 200,
      body: {},
    });
    const query = encodeURIComponent('histogram_count({"Latency"})');
    const { body: found } = await send({ url: `/api/v1/query?query=${query}`, method: 'GET' });
    expect(found).toMatchObject({
      status: 'success',
      data: { result: [{ metric: { school: 'a', '@resource.service.instance.id': 'one' }, value: [cloudWatch.start / 1000, '10'] }] },
    });
  });

  test.each([
    ['no OTLP', { url: '/v1/metrics', body: 'hello' }, 400, 'expect {'],
    ['another type', { url: '/v1/metrics', headers: { 'content-type': 'text/plain' } }, 415, 'content type'],
    ['too much', { url: '/v1/metrics', body: Buffer.alloc(1024 * 1024 + 1) }, 413, 'larger than 1 MB'],
    ['an invalid query', { url: '/api/v1/query?query=sum(', method: 'GET' }, 400, 'parse error'],
    ['a range that is too long', { url: '/api/v1/query_range?query=a&start=0&end=9999999&step=60', method: 'GET' }, 400, '7 days'],
    ['too many steps', { url: '/api/v1/query_range?query=a&start=0&end=99999&step=1', method: 'GET' }, 400, '11000 steps'],
    ['another path', { url: '/api/v1/series?match[]=a', method: 'GET' }, 400, 'does not support GET /api/v1/series'],
  ])('rejects %s', async (_name, request, status, message) => {
    expect(await send(request)).toMatchObject({ status, body: { error: expect.stringContaining(message) } });
  });
});
