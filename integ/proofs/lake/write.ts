import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { sdkSettings } from '../../kit/sdk-settings';
import type { Sandbox } from '../../sandbox';
import type { Change } from './changes';

const AT_ONCE = 16;

export interface Writer {
  /** Writes the items. The changes of one item are made one after the other. */
  write(changes: readonly Change[]): Promise<void>;
  close(): void;
}

/** Writes the items of changes as a service does. @throws if DynamoDB does not accept one */
export function createWriter(sandbox: Sandbox, TableName: string): Writer {
  const client = new DynamoDBClient(sdkSettings(sandbox));
  return {
    async write(changes) {
      const byItem = new Map<string, Change[]>();
      for (const change of changes) byItem.set(change.key, [...(byItem.get(change.key) ?? []), change]);
      const chains = byItem.values();
      const worker = async () => {
        for (const chain of chains) {
          for (const { item } of chain) await client.send(new PutItemCommand({ TableName, Item: { ...item } }));
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
    },
    close: () => client.destroy(),
  };
}
