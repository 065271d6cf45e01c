import { GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { WatchedPlatform } from '../../systems/school-platform/alarms/watched-platform';
import { sessionOf } from '../../systems/school-platform/session';

/** What a session of a school can do with the items of another one: nothing. */
export interface Crossings {
  readonly tried: number;
  readonly allowed: number;
}

const DENIED = 'AccessDeniedException';

/** A session of the first school requests, changes and queries items of the second one. */
export async function tryToCross({ platform, schools: [own, other] }: WatchedPlatform): Promise<Crossings> {
  const session = await sessionOf(platform, own);
  const [TableName, pk] = [platform.tableName, { S: `${other}#EVALUATION` }];
  const commands = [
    () => session.send(new GetItemCommand({ TableName, Key: { pk, sk: { S: 'STUDENT#student-1#COURSE#Maths' } } })),
    () => session.send(new PutItemCommand({ TableName, Item: { pk, sk: { S: 'CROSSED' } } })),
    () => session.send(new QueryCommand({ TableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk } })),
  ];
  let allowed = 0;
  try {
    for (const command of commands) {
      const error = await command().then(
        () => undefined,
        ({ name }: Error) => name,
      );
      if (error === undefined) allowed += 1;
      else if (error !== DENIED) throw new Error(`A session of ${own} was not denied, but failed: ${error}`);
    }
  } finally {
    session.destroy();
  }
  return { tried: commands.length, allowed };
}
