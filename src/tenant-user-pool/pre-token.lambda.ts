import { type AttributeValue, DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { readSettings } from '../runtime/environment';
import { writeLines } from '../runtime/log-line';
import type { Directory } from './lambda/membership';
import { withMembership } from './lambda/pre-token';
import type { PreTokenEvent } from './lambda/pre-token-event';
import { PRE_TOKEN_VARIABLES, type PreTokenSettings } from './settings';

/** For each of the two reads, including its retry. Both together end within the 5 seconds that Cognito waits for a trigger. */
const READ_TIMEOUT_MS = 1_500;

const client = new DynamoDBClient({ maxAttempts: 2 });

const { TABLE_NAME: TableName, CLAIMS: claims, TIERS: tiers } = readSettings<PreTokenSettings>(PRE_TOKEN_VARIABLES);

const text = (S: string): AttributeValue => ({ S });
// Strongly consistent, so that a suspension is effective as soon as it is confirmed.
const directory: Directory = {
  async query(partition, Limit) {
    const command = new QueryCommand({
      TableName,
      Limit,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': text(partition) },
    });
    const { Items = [] } = await client.send(command, { abortSignal: AbortSignal.timeout(READ_TIMEOUT_MS) });
    return Items.map((item) => unmarshall(item));
  },
  async get(partition, sort) {
    const command = new GetItemCommand({ TableName, ConsistentRead: true, Key: { pk: text(partition), sk: text(sort) } });
    const { Item } = await client.send(command, { abortSignal: AbortSignal.timeout(READ_TIMEOUT_MS) });
    return Item && unmarshall(Item);
  },
};

export async function handler(event: PreTokenEvent, { functionName }: { readonly functionName: string }): Promise<PreTokenEvent> {
  return withMembership(event, { directory, claims, tiers, functionName, now: Date.now, log: (line) => writeLines(line) });
}
