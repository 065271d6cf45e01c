import { Stack } from 'aws-cdk-lib';
import { AppKey, TenantTable } from '../../src';
import { places, templateOf, testApp } from '../synth';
import { tenancy } from '../tenant-isolated-api/fixtures';
import { auditTrail } from './fixtures';

test.each(places)('two trails with alarms work %s', (_, into) => {
  const stack = into((scope) => {
    for (const id of ['Grades', 'Visits']) auditTrail(scope, {}, id).alarms.all();
  });
  const template = templateOf(stack);
  const names = (type: string, nameOf: (properties: Record<string, never>) => string) => {
    const all = Object.values(template.findResources(type)).map(({ Properties }) => nameOf(Properties));
    expect(new Set(all).size).toBe(2);
    return all;
  };
  for (const name of names('AWS::CloudTrail::Trail', ({ TrailName }) => TrailName)) expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9-]{2,63}$/);
  for (const name of names('AWS::Glue::Database', ({ DatabaseInput }) => (DatabaseInput as { Name: string }).Name))
    expect(name).toMatch(/^[a-z0-9_]{1,64}$/);
  names('AWS::Athena::WorkGroup', ({ Name }) => Name);
});

test('the key can be in another stack, on which the stack of the trail depends', () => {
  const app = testApp();
  const [keys, data, trails] = ['Keys', 'Data', 'Trails'].map((id) => new Stack(app, id));
  AppKey.create(keys);
  const { table } = new TenantTable(data, 'Data', { tenancy });
  auditTrail(trails, { tables: [table] });
  app.synth();
  expect(trails.dependencies).toEqual(expect.arrayContaining([keys, data]));
  expect(keys.dependencies).toEqual([]);
  expect(data.dependencies).toEqual([keys]);
});
