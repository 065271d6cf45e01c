import {
  BatchWriteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { ownItemsQuery } from '../../../src/runtime/tenant-sessions';
import type { RunningPlatform } from '../../systems/school-platform/platform';
import { sessionOf } from '../../systems/school-platform/session';

/** The results of one school's attempts to write to and read from another school's index partitions. */
export interface IndexOutcome {
  readonly writes: number;
  readonly denied: number;
  readonly written: number;
  /** Forged items that the victim finds, with the library's helper and with a plain query. */
  readonly shown: number;
  readonly shownWithoutHelper: number;
  readonly reads: number;
  readonly readsDenied: number;
  /** Whether the victim finds its own item in each case, also with the helper. */
  readonly ownShown: boolean;
}

interface Index {
  readonly name: string;
  readonly key: string;
  /** The victim's value of the index key. */
  value(victim: string): string;
}

/** One index of each kind, see app.ts: on the table's own key, filled by trusted writers, filled by sessions. */
const INDEXES: readonly Index[] = [
  { name: 'by-shelf', key: 'pk', value: (school) => `${school}#LIST` },
  { name: 'by-page', key: 'pagePk', value: (school) => `${school}#PAGE#home` },
  { name: 'by-team', key: 'teamPk', value: (school) => `${school}#TEAM#A` },
];

type Values = Readonly<Record<string, string>>;

/** Every operation that writes an item. */
const WRITES: Readonly<Record<string, (TableName: string, keys: Values, more: Values) => object>> = {
  PutItem: (TableName, keys, more) => new PutItemCommand({ TableName, Item: marshall({ ...keys, ...more }) }),
  UpdateItem: (TableName, keys, more) => new UpdateItemCommand({ TableName, ...update(keys, more) }),
  BatchWriteItem: (TableName, keys, more) =>
    new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ PutRequest: { Item: marshall({ ...keys, ...more }) } }] } }),
  TransactWriteItems: (TableName, keys, more) =>
    new TransactWriteItemsCommand({ TransactItems: [{ Update: { TableName, ...update(keys, more) } }] }),
};

function update(keys: Values, more: Values) {
  const names = Object.keys(more);
  return {
    Key: marshall(keys),
    UpdateExpression: `SET ${names.map((_, at) => `#n${at} = :v${at}`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(names.map((name, at) => [`#n${at}`, name])),
    ExpressionAttributeValues: marshall(Object.fromEntries(names.map((name, at) => [`:v${at}`, more[name]]))),
  };
}

/** One school tries to write to and read from another school's partition of each index, with every operation. */
export async function reachIndexes(platform: RunningPlatform, caller: string, victim: string): Promise<IndexOutcome> {
  const { sandbox, resource } = platform;
  const TableName = sandbox.assembly.ref(resource('AWS::DynamoDB::Table', '/Lists/'));
  const { accessKeyId, secretAccessKey } = sandbox.endpoint.administrator();
  const trusted = new DynamoDBClient({
    endpoint: sandbox.endpoint.url,
    region: sandbox.assembly.region,
    credentials: { accessKeyId, secretAccessKey },
  });
  const callers = await sessionOf(platform, caller);
  const victims = await sessionOf(platform, victim);
  const found = { writes: 0, denied: 0, written: 0, shown: 0, shownWithoutHelper: 0, reads: 0, readsDenied: 0, ownShown: true };
  try {
    const own = Object.fromEntries(INDEXES.map(({ key, value }) => [key, value(victim)]));
    await trusted.send(new PutItemCommand({ TableName, Item: marshall({ ...own, sk: 'own', shelf: 'first' }) }));

    for (const { name, key, value } of INDEXES) {
      const input: QueryCommandInput = {
        TableName,
        IndexName: name,
        KeyConditionExpression: `${key} = :key`,
        ExpressionAttributeValues: marshall({ ':key': value(victim) }),
      };
      const shown = async (query: QueryCommandInput) =>
        ((await victims.send(new QueryCommand(query))).Items ?? []).map(({ sk }) => sk.S ?? '');
      for (const [operation, write] of Object.entries(WRITES)) {
        const sk = `forged by ${operation} into ${name}`;
        const keys = { pk: `${caller}#LIST`, sk, ...(key === 'pk' ? { pk: value(victim) } : {}) };
        const outcome = await callers
          .send(write(TableName, keys, { shelf: 'first', ...(key === 'pk' ? {} : { [key]: value(victim) }) }) as never)
          .then(
            () => 'written',
            (error: Error) => error.name,
          );
        found.writes += 1;
        if (outcome === 'written') found.written += 1;
        else if (outcome.startsWith('AccessDenied')) found.denied += 1;
        else throw new Error(`${operation} into ${name} fails with another error: ${outcome}`);
        const [byHelper, byItself] = [await shown(ownItemsQuery(victim, input)), await shown(input)];
        found.shown += byHelper.includes(sk) ? 1 : 0;
        found.shownWithoutHelper += byItself.includes(sk) ? 1 : 0;
        found.ownShown &&= byHelper.includes('own') && byItself.includes('own');
      }
      // Also with the helper, because code may pass it the wrong school.
      for (const query of [input, ownItemsQuery(victim, input)]) {
        found.reads += 1;
        const outcome = await callers.send(new QueryCommand(query)).then(
          () => 'read',
          (error: Error) => error.name,
        );
        found.readsDenied += outcome === 'AccessDeniedException' ? 1 : 0;
      }
    }
    return found;
  } finally {
    for (const client of [trusted, callers, victims]) client.destroy();
  }
}
