import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { TenantClients, TenantSessions } from '../../src/runtime/tenant-sessions';

/** What a test asks for: to store a note, to list notes, or to list them without a session. */
export interface NotesEvent {
  readonly school: string;
  readonly note?: string;
  readonly ownRole?: boolean;
}

const TableName = process.env.TABLE_NAME;
const sts = new STSClient();
const own = new DynamoDBClient();
const sessions = new TenantSessions({
  roleArn: process.env.TENANT_ROLE_ARN ?? '',
  tenant: 'school',
  assumeRole: async (input) => (await sts.send(new AssumeRoleCommand(input))).Credentials,
});
const clients = new TenantClients(sessions, (credentials) => new DynamoDBClient({ credentials }));

/** Notes of a school in its session. The function's own role may read nothing, which is what it answers then. */
export async function handler({ school, note, ownRole }: NotesEvent): Promise<unknown> {
  const pk = { S: `${school}#NOTES` };
  const dynamodb = ownRole ? own : await clients.clientFor(school);
  if (note !== undefined) {
    await dynamodb.send(new PutItemCommand({ TableName, Item: { pk, sk: { S: note } } }));
    return 'stored';
  }
  try {
    const query = { TableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk } };
    const { Items = [] } = await dynamodb.send(new QueryCommand(query));
    return Items.map(({ sk }) => sk?.S);
  } catch (error) {
    return (error as Error).name;
  }
}
