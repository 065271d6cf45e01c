import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { RunningPlatform } from '../platform';
import { sessionOf } from '../session';

export interface BreakIn {
  readonly own: number;
  /** DynamoDB's response for the other school's key. */
  readonly denial: string;
}

/** Opens a session of one school as the platform's function does, and reads its own data and another school's. */
export async function breakIn(platform: RunningPlatform, school: string, other: string): Promise<BreakIn> {
  const dynamodb = await sessionOf(platform, school);
  const visitsOf = (of: string) =>
    dynamodb.send(
      new QueryCommand({
        TableName: platform.tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: `${of}#STUDENT#student-1` } },
      }),
    );
  try {
    const { Count = 0 } = await visitsOf(school);
    const denial = await visitsOf(other).then(
      ({ Count: found }) => `no error: it returned ${found} items`,
      (error: Error) => `${error.name}: ${error.message}`,
    );
    return { own: Count, denial };
  } finally {
    dynamodb.destroy();
  }
}
