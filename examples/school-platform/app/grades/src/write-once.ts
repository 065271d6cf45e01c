import { setTimeout } from 'node:timers/promises';
import {
  type AttributeValue,
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { Problem } from './problem';

export type Item = Record<string, AttributeValue>;

/** How long a request can be repeated under its Idempotency-Key: as long as its record is kept. */
export const RECORD_DAYS = 30;
const ATTEMPTS = 5;
const PAUSE_MS = 25;

export interface Write {
  readonly table: string;
  /** The record of the request: its key contains the Idempotency-Key, and `fingerprint` identifies the request. */
  readonly record: Item;
  /** Written together with the record, or not at all. */
  readonly others: readonly TransactWriteItem[];
}

/**
 * Writes items once for each Idempotency-Key: together with the record of the request, in one transaction. If the key was used before,
 * nothing is written.
 *
 * @returns the record: this one, or that of the first request with this key
 * @throws Problem with 422 if the first request was another one, with 409 if a condition of the other items fails, and with 503 if other
 * requests write the same items all the time
 */
export async function writeOnce(dynamodb: DynamoDBClient, { table, record, others }: Write): Promise<Item> {
  const put = {
    TableName: table,
    Item: record,
    ConditionExpression: 'attribute_not_exists(pk)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
  for (let attempt = 1; ; attempt++) {
    try {
      await dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: put }, ...others] }));
      return record;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const reasons = error.CancellationReasons ?? [];
      const [{ Code: code, Item: earlier } = {}, ...rest] = reasons;
      if (code === 'ConditionalCheckFailed') return sameRequest(record, earlier);
      if (rest.some(({ Code }) => Code === 'ConditionalCheckFailed')) {
        throw new Problem(409, 'The version is not the current one: read the current one, and decide again.');
      }
      // Concurrent requests for the same items: one of them succeeds, and the others try again.
      if (!reasons.some(({ Code }) => Code === 'TransactionConflict')) throw error;
      if (attempt === ATTEMPTS) throw new Problem(503, 'Too many requests write the same data at the same time: repeat this one.');
      await setTimeout(PAUSE_MS * 2 ** attempt * Math.random());
    }
  }
}

function sameRequest(record: Item, earlier: Item | undefined): Item {
  if (earlier !== undefined && earlier.fingerprint?.S === record.fingerprint.S) return earlier;
  throw new Problem(422, 'This Idempotency-Key was used for another request: use a new key for each request.');
}
