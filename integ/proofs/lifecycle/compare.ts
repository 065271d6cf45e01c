import { GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { RunningTenants } from '../../systems/tenants/start';
import { type Candidate, membersOf, tenantOf } from './candidate';
import type { Findings } from './findings';
import type { Model } from './model';

/** Compares the directory and the API keys with the model, at the end of a sequence. */
export async function compare(
  { dynamodb, directoryTable, onboarding }: RunningTenants,
  model: Model,
  findings: Findings,
  tenants: readonly string[],
  subs: ReadonlyMap<string, string>,
): Promise<void> {
  const TableName = directoryTable;
  const enabled = await onboarding.enabledKeys();
  for (const tenant of tenants) {
    const Key = { pk: { S: `TENANT#${tenant}` }, sk: { S: 'TENANT' } };
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
    const { state = 'none', tier, customer } = Item === undefined ? {} : unmarshall(Item);
    const isSame = (candidate: Candidate) => {
      const expected = tenantOf(candidate, tenant);
      return expected.state === state && expected.tier === tier && expected.customer === customer;
    };
    if (!model.saw(isSame)) findings.foundUnexpected(model, tenant, `the record ${JSON.stringify({ state, tier, customer })}`);
    if (!model.saw((candidate) => tenantOf(candidate, tenant).key !== (enabled.has(tenant) ? 'none' : 'enabled')))
      findings.foundUnexpected(model, tenant, `${enabled.has(tenant) ? 'an enabled key' : 'no enabled key'}`);
    const { Items = [] } = await dynamodb.send(
      new QueryCommand({
        TableName,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: `MEMBERS#${tenant}` } },
      }),
    );
    const listed = Items.map((item) => unmarshall(item)).map(({ user, roles }) => `${user} ${roles}`);
    const isListed = (candidate: Candidate) =>
      membersOf(candidate, tenant)
        .map((user) => `${subs.get(user)} ${candidate.members[user].roles}`)
        .sort()
        .join() === [...listed].sort().join();
    if (!model.saw(isListed)) findings.foundUnexpected(model, tenant, `the list of members ${JSON.stringify(listed)}`);
  }
}
