import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CostedResource } from '../../integ/reports/costs/charges';
import { pageOfExample, pathOfPage } from '../../integ/reports/costs/cli';
import { estimate } from '../../integ/reports/costs/estimate';
import { pageOf } from '../../integ/reports/costs/page';
import { costOf } from '../../integ/reports/costs/price';
import { PRICES } from '../../integ/reports/costs/prices';
import { CHARGED, FREE } from '../../integ/reports/costs/resource-types';
import { readUsage, type Usage } from '../../integ/reports/costs/usage';
import { EXAMPLES } from '../../integ/reports/examples/examples';
import { temporaryFolder } from '../temporary-folder';

const resource = (path: string, type: string, properties = {}): CostedResource => ({ logicalId: path, path, type, properties });
const queue = resource('Visits/Queue', 'AWS::SQS::Queue');
const pool = resource('Users/Pool', 'AWS::Cognito::UserPool', { UserPoolTier: 'PLUS' });
const using = (resources: Usage['resources'], prices?: Usage['prices']): Usage => ({
  ...{ size: '1 school', because: ['A test.'], resources },
  ...(prices === undefined ? {} : { prices }),
});

test.each(EXAMPLES)('the page of %s is what its template and its usage files give (npx projen costs)', (example) => {
  expect(readFileSync(pathOfPage(example), 'utf8')).toBe(pageOfExample(example));
});

test('a charge is the quantity times the price', () => {
  const { lines, sum } = estimate([queue], using({ 'Visits/Queue': { requests: 2e6 } }));
  expect(lines).toMatchObject([{ path: 'Visits/Queue', name: 'queueRequest', quantity: 2e6 }]);
  expect(sum).toBeCloseTo(0.8);
});

test('the first units of a month cost more than those after them', () => {
  expect(costOf(PRICES.apiRequest, 333e6)).toBeCloseTo(1_165.5);
  expect(costOf(PRICES.apiRequest, 1_000e6)).toBeCloseTo(1_165.5 + 1_867.6);
  expect(costOf(PRICES.apiRequest, 21_000e6)).toBeCloseTo(1_165.5 + 1_867.6 + 45_220 + 1_510);
});

test('the price of a user depends on the plan of the pool, which is Essentials if the template names none', () => {
  const ofPlan = (properties: object) =>
    estimate([resource('Pool', 'AWS::Cognito::UserPool', properties)], using({ Pool: { activeUsers: 100 } })).sum;
  expect(ofPlan({})).toBeCloseTo(1.5);
  expect(ofPlan({ UserPoolTier: 'ESSENTIALS' })).toBeCloseTo(1.5);
  expect(ofPlan({ UserPoolTier: 'LITE' })).toBe(0);
});

describe('an unknown price', () => {
  const usage = using({ 'Users/Pool': { activeUsers: 1_000 }, 'Visits/Queue': { requests: 1e6 } });

  test('is in no sum, and the page says so', () => {
    const result = estimate([pool, queue], usage);
    expect(result.sum).toBeCloseTo(0.4);
    expect(result.lines.find(({ name }) => name === 'activeUserOfOtherPlan')).not.toHaveProperty('cost');
    const page = pageOf('Costs', [], [result]);
    expect(page).toContain('| Cognito | unknown |');
    expect(page).toContain(
      '| `activeUserOfOtherPlan` | <https://aws.amazon.com/cognito/pricing> | 1,000 × monthly active user (Lite or Plus) |',
    );
  });

  test('can be given by the reader, with its source', () => {
    const prices = { activeUserOfOtherPlan: { usd: 0.5, source: 'an offer' } };
    expect(estimate([pool, queue], { ...usage, prices }).sum).toBeCloseTo(500.4);
  });

  test.each([
    ['of no charge', { bananas: { usd: 1, source: 'a market' } }, 'invalid price bananas'],
    ['without a source', { activeUserOfOtherPlan: { usd: 1, source: '' } }, 'invalid price activeUserOfOtherPlan'],
  ])('given %s is rejected', (_, prices, message) => {
    expect(() => estimate([pool, queue], { ...usage, prices })).toThrow(message);
  });
});

test('every price has a unit, a source, a Region and the day on which it was read', () => {
  for (const price of Object.values(PRICES)) {
    expect(price).toMatchObject({
      unit: expect.stringMatching(/./),
      source: expect.stringMatching(/\w\.\w/),
      region: expect.stringMatching(/-\d$/),
    });
    expect(price.read).toMatch(/^\d{4}-\d\d-\d\d$/);
  }
});

test('no type is both charged and free', () => {
  expect(Object.keys(CHARGED).filter((type) => FREE.has(type))).toEqual([]);
});

test.each<[string, CostedResource[], Usage['resources'], string]>([
  [
    'an unknown type',
    [resource('Cache', 'AWS::ElastiCache::ReplicationGroup')],
    {},
    'Cache: unknown type AWS::ElastiCache::ReplicationGroup',
  ],
  ['missing usage', [queue], {}, 'Visits/Queue: usage of 1 school: requests is missing: expected requests, those without messages'],
  ['an unknown measure', [queue], { 'Visits/Queue': { requests: 1, messages: 1 } }, 'unknown messages: expected requests'],
  ['usage of no resource', [queue], { '*Queue': { requests: 1 }, Grades: { tasks: 2 } }, 'Grades is no resource that is charged'],
  ['two patterns for one resource', [queue], { '*Queue': { requests: 1 }, 'Visits/*': { requests: 2 } }, '*Queue and Visits/* both match'],
])('%s is an error', (_, resources, usage, message) => {
  expect(() => estimate(resources, using(usage))).toThrow(message);
});

test('a path of its own comes before a pattern, and a pattern has any text between its parts', () => {
  const lines = (key: string, path: string) => {
    try {
      return estimate([resource(path, 'AWS::SQS::Queue')], using({ [key]: { requests: 1 } })).lines.length;
    } catch {
      return 0;
    }
  };
  expect(lines('Vis*Que*', 'Visits/Queue')).toBe(1);
  expect(lines('*', 'Visits/Queue')).toBe(1);
  expect(lines('Visits/Queue*Queue', 'Visits/Queue')).toBe(0);
  expect(lines('*s/*i*Queue', 'Visits/Queue')).toBe(0);
  const both = using({ '*Queue': { requests: 1 }, 'Visits/Queue': { requests: 5 }, 'Other/*': { requests: 1 } });
  const resources = [queue, resource('Lake/Queue', 'AWS::SQS::Queue'), resource('Other/Line', 'AWS::SQS::Queue')];
  expect(estimate(resources, both).lines.map(({ quantity }) => quantity)).toEqual([5, 1, 1]);
});

test.each([
  ['no JSON', 'requests: 1', 'is not a usage file'],
  ['another JSON', '{"resources":{}}', 'invalid usage: expected {"size"'],
  [
    'a negative amount',
    '{"size":"1 school","because":[],"resources":{"Visits/Queue":{"requests":-1}}}',
    'invalid requests of Visits/Queue -1',
  ],
])('a usage file with %s is rejected', (_, text, message) => {
  const file = join(temporaryFolder('costs-'), 'usage.json');
  writeFileSync(file, text);
  expect(() => readUsage(file)).toThrow(message);
});

describe('what a template says changes the charge', () => {
  const names = (type: string, properties: object, used: Record<string, number>) =>
    estimate([resource('It', type, properties)], using(Object.keys(used).length === 0 ? {} : { It: used })).lines.map(
      ({ name, quantity }) => [name, quantity],
    );

  test.each<[string, string, object, Record<string, number>, [string, number][]]>([
    [
      'ARM functions',
      'AWS::Lambda::Function',
      { MemorySize: 512, Architectures: ['arm64'] },
      { invocations: 10, milliseconds: 100 },
      [
        ['invocation', 10],
        ['computeArm', 0.5],
      ],
    ],
    [
      'other functions',
      'AWS::Lambda::Function',
      {},
      { invocations: 8, milliseconds: 1_000 },
      [
        ['invocation', 8],
        ['computeX86', 1],
      ],
    ],
    [
      'tables with recovery',
      'AWS::DynamoDB::Table',
      { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
      { writes: 1, reads: 2, storedGB: 3 },
      [
        ['tableWrite', 1],
        ['tableRead', 2],
        ['tableStorage', 3],
        ['tableBackup', 3],
      ],
    ],
    [
      'alarms of several metrics',
      'AWS::CloudWatch::Alarm',
      {
        Metrics: [
          { Id: 'a', MetricStat: {} },
          { Id: 'b', MetricStat: {} },
          { Id: 'c', Expression: 'a+b' },
        ],
      },
      {},
      [['alarmMetric', 2]],
    ],
    ['alarms of one metric', 'AWS::CloudWatch::Alarm', { MetricName: 'Errors' }, {}, [['alarmMetric', 1]]],
    ['alarms on a query', 'AWS::CloudWatch::Alarm', { EvaluationCriteria: { PromQLCriteria: { Query: 'a' } } }, {}, [['promqlAlarm', 1]]],
    [
      'rules of Contributor Insights',
      'AWS::CloudWatch::InsightRule',
      {},
      { events: 7 },
      [
        ['insightRule', 1],
        ['insightEvent', 7],
      ],
    ],
    ['stages without tracing', 'AWS::ApiGateway::Stage', {}, {}, []],
    ['gateway endpoints', 'AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' }, {}, []],
    [
      'interface endpoints',
      'AWS::EC2::VPCEndpoint',
      { VpcEndpointType: 'Interface', SubnetIds: ['a', 'b'] },
      { processedGB: 4 },
      [
        ['interfaceEndpoint', 1_460],
        ['interfaceEndpointData', 4],
      ],
    ],
    [
      'web ACLs',
      'AWS::WAFv2::WebACL',
      { Rules: [{}, {}, {}] },
      { requests: 7 },
      [
        ['webAcl', 1],
        ['webAclRule', 3],
        ['webAclRequest', 7],
      ],
    ],
  ])('%s', (_, type, properties, used, expected) => {
    expect(names(type, properties, used)).toEqual(expected);
  });

  test('services cost what their tasks have', () => {
    const definition = resource('Task', 'AWS::ECS::TaskDefinition', {
      Cpu: '512',
      Memory: '1024',
      RuntimePlatform: { CpuArchitecture: 'ARM64' },
    });
    const service = resource('Service', 'AWS::ECS::Service', { TaskDefinition: { Ref: 'Task' } });
    const { lines } = estimate([definition, service], using({ Service: { tasks: 2 } }));
    expect(lines.map(({ name, quantity }) => [name, quantity])).toEqual([
      ['fargateVcpuArm', 730],
      ['fargateMemoryArm', 1_460],
    ]);
    expect(() => estimate([service], using({ Service: { tasks: 2 } }))).toThrow('Service: its task definition is not in the template');
  });
});
