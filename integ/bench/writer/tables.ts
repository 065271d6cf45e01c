import { CreateTableCommand, DeleteTableCommand, type DynamoDBClient, paginateScan, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import type { Tables } from './contestants';

/** Creates the tables of a run, counts their items, and deletes them. */
export interface Storage {
  create(run: string): Promise<Tables>;
  count(table: string): Promise<number>;
  remove(tables: Tables): Promise<void>;
}

export function createStorage(client: DynamoDBClient): Storage {
  const create = async (TableName: string, keys: readonly string[]) => {
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        KeySchema: keys.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
      }),
    );
    await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1 }, { TableName });
    return TableName;
  };
  return {
    create: async (run) => ({ items: await create(`items-${run}`, ['pk', 'sk']), idempotency: await create(`idempotency-${run}`, ['id']) }),
    async count(TableName) {
      let count = 0;
      for await (const page of paginateScan({ client }, { TableName, Select: 'COUNT' })) count += page.Count ?? 0;
      return count;
    },
    async remove({ items, idempotency }) {
      for (const TableName of [items, idempotency]) await client.send(new DeleteTableCommand({ TableName }));
    },
  };
}
