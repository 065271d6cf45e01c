import { Duration } from 'aws-cdk-lib';
import { AttributeType, Table, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ItemStore } from '../../src';
import { grantIngest } from '../../src/core/ingest-grant';
import { isAllowed, policiesOfRole } from '../iam';
import { testStack } from '../synth';

const env = { account: '123456789012', region: 'us-east-1' };
const id = { name: 'id', type: AttributeType.STRING };

test('any table is an item store, with what is said of its keys', () => {
  const table = new TableV2(testStack(), 'Plain', { partitionKey: id });
  const options = { partitionKeyName: 'id', timeToLiveAttribute: 'ttl', timeToLive: Duration.days(1) };
  expect(ItemStore.fromTable(table, options)).toEqual({ table, ...options });
});

test('a time to live without its attribute is refused', () => {
  const table = new TableV2(testStack(), 'Plain', { partitionKey: id });
  expect(() => ItemStore.fromTable(table, { partitionKeyName: 'id', timeToLive: Duration.days(1) })).toThrow(
    /^Test\/Plain: timeToLive is .*; it must come with timeToLiveAttribute/,
  );
});

describe('a batch writer', () => {
  const stack = testStack({ env });
  const role = new Role(stack, 'Writer', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const table = new Table(stack, 'Plain', { partitionKey: id });
  grantIngest(table, role);
  const logicalId = stack.getLogicalId(role.node.defaultChild as never);
  const { identity } = policiesOfRole(stack, logicalId);
  const resource = `arn:aws:dynamodb:us-east-1:123456789012:table/${stack.getLogicalId(table.node.defaultChild as never)}`;
  const may = (action: string): Promise<boolean> =>
    isAllowed({ principal: `arn:aws:iam::123456789012:role/${logicalId}`, action: `dynamodb:${action}`, resource }, { identity });

  test('may insert', async () => {
    expect(await may('PartiQLInsert')).toBe(true);
  });

  test.each(['PartiQLSelect', 'PartiQLUpdate', 'PartiQLDelete', 'PutItem', 'GetItem', 'BatchWriteItem', 'Scan'])(
    'may not %s',
    async (action) => {
      expect(await may(action)).toBe(false);
    },
  );

  test('needs no key where the table has none of its own', () => {
    expect(JSON.stringify(identity)).not.toContain('kms:');
  });
});
