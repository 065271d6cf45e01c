import { CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { ItemStore, LakeSource, TenantTable } from '../../src';
import { logicalIds, places, templateOf, testApp, testStack } from '../synth';
import { tenancy } from '../tenant-isolated-api/fixtures';
import { dataLake } from './fixtures';

test.each(places)('two lakes with alarms work %s', (_, into) => {
  const stack = into((scope) => {
    for (const id of ['Grades', 'Visits']) dataLake(scope, {}, id).alarms.all();
  });
  const template = templateOf(stack);
  template.resourceCountIs('AWS::Pipes::Pipe', 4);
  const names = ['Database', 'Table'].map((type) =>
    Object.values(template.findResources(`AWS::Glue::${type}`)).map(({ Properties }) => JSON.stringify(Properties)),
  );
  for (const all of names) expect(new Set(all).size).toBe(all.length);
  const workgroups = Object.values(template.findResources('AWS::Athena::WorkGroup')).map(({ Properties }) => Properties.Name);
  expect(new Set(workgroups).size).toBe(2);
  // "Create databases and tables" of Athena: lower-case letters, digits and underscores.
  for (const { Properties } of Object.values(template.findResources('AWS::Glue::Database'))) {
    expect(Properties.DatabaseInput.Name).toMatch(/^[a-z0-9_]{1,64}$/);
  }
});

test('the table can be in another stack, on which the stack of the lake depends', () => {
  const app = testApp();
  const data = new Stack(app, 'Data');
  const lakes = new Stack(app, 'Lakes');
  dataLake(lakes, { source: LakeSource.tableStream(new TenantTable(data, 'Data', { tenancy })) });
  app.synth();
  expect(lakes.dependencies).toEqual([data]);
  expect(data.dependencies).toEqual([]);
});

test('the table can be imported with its stream, and have other names of keys', () => {
  const stack = testStack();
  const table = Table.fromTableAttributes(stack, 'Table', {
    tableArn: 'arn:aws:dynamodb:eu-west-1:123456789012:table/data',
    tableStreamArn: 'arn:aws:dynamodb:eu-west-1:123456789012:table/data/stream/2026-11-29T00:00:00.000',
  });
  dataLake(stack, { source: LakeSource.tableStream(ItemStore.fromTable(table, { partitionKeyName: 'Id' })) });
  const template = templateOf(stack);
  template.hasResourceProperties('AWS::Pipes::Pipe', { Source: table.tableStreamArn });
  const tables = JSON.stringify(template.findResources('AWS::Glue::Table'));
  // Without a tenancy, the tenant is called tenant. Without a sort key, an item is its partition key.
  expect(tables).toContain('PARTITION BY \\\\\\"tenant\\\\\\", \\\\\\"partition_key\\\\\\" ORDER BY');
  expect(tables).toContain('struct<id:struct<s:string>,correlationid:struct<s:string>');
  expect(logicalIds(template, 'AWS::DynamoDB::Table')).toEqual([]);
});

test('a buffer interval that is known only at deployment is an error, because the threshold of an alarm depends on it', () => {
  const stack = testStack();
  const bufferInterval = Duration.seconds(new CfnParameter(stack, 'Interval', { type: 'Number' }).valueAsNumber);
  expect(() => dataLake(stack, { bufferInterval })).toThrow('Test/Lake: invalid bufferInterval <token>');
});
