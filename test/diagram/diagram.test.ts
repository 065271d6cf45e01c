import { readFileSync } from 'node:fs';
import type { TemplateResource } from '../../integ/reports/assembly/stacks';
import { diagramOf, pathOfDiagram } from '../../integ/reports/diagram/cli';
import { graphOf } from '../../integ/reports/diagram/graph';
import { svgOf } from '../../integ/reports/diagram/svg';
import { EXAMPLES } from '../../integ/reports/examples/examples';

const resource = (path: string, type: string, properties = {}): TemplateResource => ({
  ...{ logicalId: path.replace(/\W/g, ''), path: `${path}/Resource`, type: `AWS::${type}`, properties },
});
const arn = (path: string) => ({ 'Fn::GetAtt': [path.replace(/\W/g, ''), 'Arn'] });
const ref = (path: string) => ({ Ref: path.replace(/\W/g, '') });

const table = resource('Data/Table', 'DynamoDB::Table');
const queue = resource('Visits/Queue', 'SQS::Queue', {
  RedrivePolicy: { deadLetterTargetArn: arn('Visits/DeadLetterQueue'), maxReceiveCount: 5 },
});
const deadLetters = resource('Visits/DeadLetterQueue', 'SQS::Queue');
const writer = resource('Visits/Writer', 'Lambda::Function', { Environment: { Variables: { TABLE: ref('Data/Table') } } });
const consume = (from: string, to: string) =>
  resource(`${from}Source`, 'Lambda::EventSourceMapping', { EventSourceArn: arn(from), FunctionName: ref(to) });

const arrows = (...resources: TemplateResource[]) =>
  graphOf(resources).edges.map(({ from, to, onFailure }) => `${from} ${onFailure ? '-->' : '->'} ${to}`);

test.each(EXAMPLES)(
  'the diagram of %s is what its template gives (npx projen diagram)',
  async (example) => {
    expect(readFileSync(pathOfDiagram(example), 'utf8')).toBe(await diagramOf(example));
  },
  60_000,
);

test('a message goes from its queue to the function, and on to the table that the function names', () => {
  expect(arrows(table, queue, writer, consume('Visits/Queue', 'Visits/Writer'))).toEqual([
    'VisitsWriter -> DataTable',
    'VisitsQueue -> VisitsWriter',
  ]);
});

test('a pipe begins at its source', () => {
  const pipe = resource('Lake/Pipe', 'Pipes::Pipe', { Source: { 'Fn::GetAtt': ['DataTable', 'StreamArn'] }, Target: arn('Lake/Delivery') });
  expect(arrows(table, pipe, resource('Lake/Delivery', 'KinesisFirehose::DeliveryStream'))).toEqual([
    'DataTable -> LakePipe',
    'LakePipe -> LakeDelivery',
  ]);
});

describe('a queue for what has failed', () => {
  test('is left out if nothing receives from it', () => {
    expect(graphOf([queue, deadLetters]).nodes.map(({ id }) => id)).toEqual(['VisitsQueue']);
  });

  test('has a dashed arrow if something does', () => {
    const received = [queue, deadLetters, writer, consume('Visits/DeadLetterQueue', 'Visits/Writer')];
    expect(arrows(...received)).toContain('VisitsQueue --> VisitsDeadLetterQueue');
  });
});

test('a service stands for its task definition, and a load balancer for its listener', () => {
  const balancer = resource('Grades/LoadBalancer', 'ElasticLoadBalancingV2::LoadBalancer');
  const targets = resource('Grades/Targets', 'ElasticLoadBalancingV2::TargetGroup');
  const listener = resource('Grades/Listener', 'ElasticLoadBalancingV2::Listener', {
    LoadBalancerArn: ref('Grades/LoadBalancer'),
    DefaultActions: [{ TargetGroupArn: ref('Grades/Targets') }],
  });
  const task = resource('Grades/Task', 'ECS::TaskDefinition', { ContainerDefinitions: [{ Environment: [{ Value: ref('Data/Table') }] }] });
  const service = resource('Grades/Service', 'ECS::Service', {
    TaskDefinition: ref('Grades/Task'),
    LoadBalancers: [{ TargetGroupArn: ref('Grades/Targets') }],
  });
  const api = resource('Api/Api', 'ApiGateway::RestApi');
  const method = resource('Api/Method', 'ApiGateway::Method', {
    RestApiId: ref('Api/Api'),
    Integration: { IntegrationTarget: ref('Grades/Listener') },
  });
  expect(arrows(balancer, targets, listener, task, service, api, method, table).sort()).toEqual([
    'ApiApi -> GradesLoadBalancer',
    'GradesLoadBalancer -> GradesService',
    'GradesService -> DataTable',
  ]);
});

test('buckets of access logs, functions of custom resources and rules without a target that is drawn are left out', () => {
  const bucket = resource('Lake/Bucket', 'S3::Bucket', { LoggingConfiguration: { DestinationBucketName: ref('Lake/Logs') } });
  const provider = resource('Provider/Handler', 'Lambda::Function', { Environment: { Variables: { TABLE: ref('Data/Table') } } });
  const custom = { ...resource('Lake/Custom', 'X'), type: 'Custom::Thing', properties: { ServiceToken: arn('Provider/Handler') } };
  const rule = resource('Grades/Events', 'Events::Rule', { EventPattern: { resources: [arn('Data/Table')] } });
  const { nodes } = graphOf([table, bucket, resource('Lake/Logs', 'S3::Bucket'), provider, custom, rule]);
  expect(nodes.map(({ id }) => id)).toEqual(['DataTable', 'LakeBucket']);
});

test('names are words, without what the service already says', () => {
  const names = (path: string, type: string) => graphOf([resource(path, type)]).nodes.map(({ group, name }) => [group, name]);
  expect(names('Lake/Sync/ReportBucket', 'S3::Bucket')).toEqual([['Lake', 'sync, report']]);
  expect(names('Visits/Queue', 'SQS::Queue')).toEqual([['Visits', '']]);
});

test('text of a template cannot break the drawing', async () => {
  const svg = await svgOf(
    'A "title" & more',
    graphOf([resource('A<b>"/Table&', 'DynamoDB::Table'), resource('A<b>"/Other', 'DynamoDB::Table')]),
  );
  expect(svg).toContain('A &quot;title&quot; &amp; more');
  expect(svg).not.toContain('<b>');
});
