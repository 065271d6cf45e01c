import { DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { activeInDirectory, TenantClients, TenantSessions } from '../../../src/runtime/tenant-sessions';
import { NAMES, partitionOf } from './names';

const TableName = process.env.TABLE_NAME;
const sts = new STSClient();
const own = new DynamoDBClient();
const sessions = new TenantSessions({
  roleArn: process.env.TENANT_ROLE_ARN ?? '',
  tagKey: NAMES.noun,
  assumeRole: async (input) => (await sts.send(new AssumeRoleCommand(input))).Credentials,
  tenantIsActive: activeInDirectory(process.env.DIRECTORY_TABLE_NAME ?? '', (input) => own.send(new GetItemCommand(input))),
});
const clients = new TenantClients(sessions, (credentials) => new DynamoDBClient({ credentials }));

/** The errors of a session that is not opened, or that was ended. */
const DENIALS = ['TenantNotActive', 'AccessDenied', 'AccessDeniedException'];

interface ApiEvent {
  readonly requestContext: { readonly authorizer: { readonly tenantId: string } };
}

/** Lists the messages of the caller's tenant in its session. */
export async function handler({ requestContext }: ApiEvent): Promise<object> {
  const { tenantId } = requestContext.authorizer;
  const query = new QueryCommand({
    TableName,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: partitionOf(tenantId) } },
  });
  const ask = async () => (await clients.clientFor(tenantId)).send(query);
  try {
    const { Items = [] } = await ask().catch((error: Error) => {
      if (error.name !== 'AccessDeniedException') throw error;
      // The session may have been revoked, and the tenant may be active again.
      sessions.forget(tenantId);
      return ask();
    });
    return { statusCode: 200, body: JSON.stringify({ tenant: tenantId, messages: Items.map(({ body }) => body?.M?.message?.S) }) };
  } catch (error) {
    if (!DENIALS.includes((error as Error).name)) throw error;
    return { statusCode: 403, body: JSON.stringify({ tenant: tenantId, denied: (error as Error).name }) };
  }
}
