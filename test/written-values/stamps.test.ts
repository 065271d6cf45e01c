import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { urlEncode } from '../../integ/sandbox/services/apigateway/vtl/java-text';
import { compileTemplate } from '../../integ/sandbox/services/apigateway/vtl/template';
import { fromPlain, Host, type Value } from '../../integ/sandbox/services/apigateway/vtl/value';
import { HttpTarget, LakeCompaction, LakeErasure } from '../../src';
import { STAMPED_ATTRIBUTES } from '../../src/buffered-ingest-path/ingest-keys';
import { readMessage } from '../../src/buffered-ingest-path/lambda/message';
import { requestTemplate } from '../../src/buffered-ingest-path/request-template';
import { type AssumeRoleInput, TenantSessions, treatEveryTenantAsActive } from '../../src/runtime/tenant-sessions';
import { ACCESS_LOG_FORMAT } from '../../src/tenant-isolated-api/access-log-format';
import { authorize } from '../../src/tenant-isolated-api/lambda/authorize';
import { auditTrail } from '../audit-trail/fixtures';
import { ingestPath } from '../buffered-ingest-path/fixtures';
import { destination, record } from '../buffered-ingest-path/handler-dependencies';
import { lakeBackfill } from '../lake-backfill/fixtures';
import { operations } from '../operations/fixtures';
import { govSync } from '../resilient-gov-sync/fixtures';
import { containerService } from '../secure-container-service/fixtures';
import { secureFunction } from '../secure-function/fixtures';
import { dataLake } from '../streaming-data-lake/fixtures';
import { templateOf, testStack } from '../synth';
import { bareApi, target } from '../tenant-isolated-api/fixtures';
import { tenantRemoval } from '../tenant-removal/fixtures';
import { userPool } from '../tenant-user-pool/fixtures';
import { authorizerDependencies } from './authorizer-dependencies';
import { hostileTexts } from './hostile-texts';
import {
  ACCESS_LOG,
  ANSWER_HEADERS,
  AUTHORIZER_CONTEXT,
  ITEM_ATTRIBUTES,
  MESSAGE_ATTRIBUTES,
  METRIC_DIMENSIONS,
  SERVICE_HEADERS,
  SESSION,
} from './who-chooses';

const hostile = Object.entries(hostileTexts);
const names = (listing: object) => Object.keys(listing).sort();
const unique = (found: Iterable<string>) => [...new Set(found)].sort();

// All parts of the library that respond, forward or measure.
const stack = testStack();
const api = bareApi(stack, { allowedOrigins: ['https://app.example'] });
const path = ingestPath(stack);
const pool = userPool(stack);
const handler = secureFunction(stack);
const service = containerService(stack, {}, 'Service');
const lake = dataLake(stack);
const backfill = lakeBackfill(stack, { lake });
const compaction = new LakeCompaction(stack, 'Compaction', { lake });
const erasure = new LakeErasure(stack, 'Erasure', { lake });
const removal = tenantRemoval(stack);
const sync = govSync(stack);
const trail = auditTrail(stack);
const watching = operations(stack);
api.addRoute('POST /visits', path);
api.addRoute('GET /grades', target(stack));
api.addRoute('ANY /service/{proxy+}', HttpTarget.of('https://service.example'));
api.addRoute('ANY /container/{proxy+}', service);
const resources = templateOf(stack).toJSON().Resources as Record<string, { Type: string; Properties: Record<string, unknown> }>;
const text = JSON.stringify(resources);

test('the access log has exactly the listed fields, each with a variable', () => {
  expect(names(JSON.parse(ACCESS_LOG_FORMAT))).toEqual(names(ACCESS_LOG));
  const stage = Object.values(resources).find(({ Type }) => Type === 'AWS::ApiGateway::Stage');
  expect(stage?.Properties.AccessLogSetting).toMatchObject({ Format: ACCESS_LOG_FORMAT });
});

describe('a message', () => {
  const template = compileTemplate(requestTemplate('tenantId'), { variables: ['input', 'context', 'util'] });
  function attributesOf(headers: Record<string, string>, requestId: string): Record<string, string> | undefined {
    const variables: [string, Value][] = [
      ['input', new Host({ params: () => fromPlain({ header: headers, querystring: {}, path: {} }) }, { body: () => '{}' })],
      ['util', new Host({ urlEncode: (value) => urlEncode(String(value)) })],
      [
        'context',
        fromPlain({ authorizer: { tenantId: 'school-1' }, requestId, extendedRequestId: 'a-_+/==', requestTimeEpoch: '1790000000000' }),
      ],
    ];
    const call = new URLSearchParams(template.render(new Map(variables)));
    if (!call.has('MessageBody')) return undefined;
    expect(call.get('MessageGroupId')).toBe('school-1');
    const positions = [...call.keys()].flatMap((key) => /^MessageAttribute\.(\d+)\.Name$/.exec(key)?.[1] ?? []);
    return Object.fromEntries(
      positions.map((at) => [call.get(`MessageAttribute.${at}.Name`), call.get(`MessageAttribute.${at}.Value.StringValue`)]),
    );
  }
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

  test('has the attributes that are listed', () => {
    expect(names(attributesOf({ 'Idempotency-Key': 'k', traceparent }, 'r') ?? {})).toEqual(names(MESSAGE_ATTRIBUTES));
    expect(unique([...requestTemplate('tenantId').matchAll(/\.Name=(\w+)/g)].map(([, name]) => name))).toEqual(names(MESSAGE_ATTRIBUTES));
  });

  // A header has no line breaks, and API Gateway no lone surrogates: as much of a text as can come.
  test.each(hostile)('has only valid values, with %s', (_, sent) => {
    const printable = /^[!-~]{1,128}$/.test(sent);
    const fixed = { tenant: 'school-1', correlationId: 'a-_+/==', receivedAt: '1790000000000' };
    expect(attributesOf({ traceparent: sent }, sent)).toEqual({ ...fixed, ...(printable ? { requestId: sent } : {}) });
    const keyed = attributesOf({ 'Idempotency-Key': sent }, 'r');
    // A comma joins repeated headers.
    expect(keyed).toEqual(printable && !sent.includes(',') ? { ...fixed, requestId: 'r', idempotencyKey: sent } : undefined);
  });
});

describe('an item', () => {
  test('has the attributes that are listed', () => {
    expect([...STAMPED_ATTRIBUTES].sort()).toEqual(names(ITEM_ATTRIBUTES));
  });

  test.each(hostile)('stores the values unchanged, with %s', (_, sent) => {
    const attributes = { idempotencyKey: 'k', correlationId: sent, requestId: sent, traceparent: sent };
    const message = readMessage(record({ student: 's', sent }, attributes, 'm-1'), { ...destination, timeToLive: undefined });
    if (!('item' in message)) throw new Error(message.reason);
    const { pk, sk, body, ...stamps } = message.item;
    expect(names({ ...stamps, body })).toEqual(names(ITEM_ATTRIBUTES));
    expect([pk, sk]).toEqual([{ S: 'school-1#STUDENT#s' }, { S: 'VISIT#k' }]);
    expect(stamps).toMatchObject({
      correlationId: { S: sent },
      requestId: { S: sent },
      traceparent: { S: sent },
      tenant: { S: 'school-1' },
    });
    const found = 'M' in body ? body.M.sent : { S: (JSON.parse('S' in body ? body.S : '{}') as { sent: string }).sent };
    expect(found).toEqual({ S: sent });
  });
});

describe('headers', () => {
  test('to a service are listed', () => {
    expect(unique([...text.matchAll(/"integration\.request\.header\.([\w-]+)":"context\./g)].map(([, name]) => name))).toEqual(
      names(SERVICE_HEADERS),
    );
  });

  test('of responses are listed', () => {
    const mapped = [...text.matchAll(/"(?:method\.response|gatewayresponse)\.header\.([\w-]+)"/g)];
    const overridden = [...text.matchAll(/responseOverride\.header\.([\w-]+)/g)];
    expect(unique([...mapped, ...overridden].map(([, name]) => name))).toEqual(names(ANSWER_HEADERS));
  });
});

describe('what the authorizer reports about a caller', () => {
  const claims: Record<string, unknown> = { tenant: 'north-school', tier: 'standard', sub: '6f1c9a52-5b0e-4f0a-9d0c-0b8f6f1c9a52' };
  const decide = (given: Record<string, unknown>) =>
    authorize(
      {
        methodArn: 'arn:aws:execute-api:eu-west-1:111122223333:api/prod/GET/grades',
        multiValueHeaders: { authorization: ['Bearer a.b.c'] },
      },
      authorizerDependencies({ verify: async () => given }),
    );

  test('is what is listed', async () => {
    expect(names((await decide(claims)).context)).toEqual(names(AUTHORIZER_CONTEXT));
  });

  test.each(hostile)('is never a claim with %s', async (_, sent) => {
    for (const claim of Object.keys(claims)) {
      await expect(decide({ ...claims, [claim]: sent })).rejects.toThrow('Unauthorized');
    }
  });
});

describe('a session of a tenant', () => {
  const asked: AssumeRoleInput[] = [];
  const sessions = new TenantSessions({
    roleArn: 'arn:aws:iam::111122223333:role/tenants',
    tagKey: 'school',
    tenantIsActive: treatEveryTenantAsActive,
    assumeRole: async (input) => {
      asked.push(input);
      return { AccessKeyId: 'a', SecretAccessKey: 's', SessionToken: 't', Expiration: new Date(Date.now() + 3_600_000) };
    },
  });

  test('is opened with exactly the listed values', async () => {
    await sessions.credentialsFor('north-school');
    expect(asked).toEqual([expect.objectContaining({ RoleSessionName: 'north-school', Tags: [{ Key: 'school', Value: 'north-school' }] })]);
    expect(names(asked[0])).toEqual(names(SESSION));
  });

  test.each(hostile)('cannot be opened with a name with %s', async (_, sent) => {
    const before = asked.length;
    await expect(sessions.credentialsFor(sent)).rejects.toThrow(TypeError);
    expect(asked).toHaveLength(before);
  });
});

test('metrics have exactly the listed dimensions', () => {
  const facades = [
    api.metrics,
    path.metrics,
    pool.metrics,
    handler.metrics,
    service.metrics,
    lake.metrics,
    backfill.metrics,
    compaction.metrics,
    erasure.metrics,
    removal.metrics,
    sync.metrics,
    trail.metrics,
    watching.metrics,
  ];
  const source = join(__dirname, '..', '..', 'src');
  expect(readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('-metrics.ts'))).toHaveLength(
    // And runtime/embedded-metrics.ts, whose one dimension log-lines.test.ts looks at; collector-metrics.ts has no metric of its own.
    facades.length + 2,
  );
  const dimensions = new Set<string>();
  const add = (metric: IMetric): void => {
    const { metricStat, mathExpression } = metric.toMetricConfig();
    for (const { name } of metricStat?.dimensions ?? []) dimensions.add(name);
    for (const used of Object.values(mathExpression?.usingMetrics ?? {})) add(used);
  };
  for (const facade of facades) {
    const methods = facade as unknown as Record<string, () => IMetric>;
    const all = Object.getOwnPropertyNames(Object.getPrototypeOf(facade)).filter((name) => name.startsWith('metric'));
    expect(all.length).toBeGreaterThan(0);
    for (const name of all) add(methods[name]());
  }
  expect([...dimensions].sort()).toEqual(names(METRIC_DIMENSIONS));
});
