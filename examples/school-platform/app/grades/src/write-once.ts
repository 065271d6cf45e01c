import { setTimeout } from 'node:timers/promises';
import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
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
/** Reasons that go away by themselves. Documented: "TransactWriteItems", cancellation reasons. */
const TRANSIENT: readonly (string | undefined)[] = ['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'];

export interface Write {
  readonly table: string;
  /** The record of the request: its key contains the Idempotency-Key. */
  readonly record: Item;
  /**
   * Whether an earlier record with this key is one of the same request.
   *
   * @default - whether its `fingerprint` is the same
   */
  isSame?(earlier: Item): Promise<boolean>;
  /** Written together with the record, or not at all. */
  readonly others: readonly TransactWriteItem[];
}

/**
 * Writes items once for each Idempotency-Key: together with the record of the request, in one transaction. If the key was used before,
 * nothing is written.
 *
 * @returns the record: this one, or that of the first request with this key
 * @throws Problem with 422 if the first request was another one, with 409 if a condition of the other items fails, and with 503 if other
 * requests write the same items in each attempt, or the table is throttled
 */
export async function writeOnce(dynamodb: DynamoDBClient, { table, record, others, isSame }: Write): Promise<Item> {
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
      if (code === 'ConditionalCheckFailed') {
        if (earlier !== undefined && (isSame === undefined ? hasFingerprintOf(record, earlier) : await isSame(earlier))) return earlier;
        throw new Problem(422, 'This Idempotency-Key was used for another request: use a new key for each request.');
      }
      if (rest.some(({ Code }) => Code === 'ConditionalCheckFailed')) {
        throw new Problem(409, 'The version is not the current one: read the current one, and decide again.');
      }
      // Concurrent requests for the same items: one of them succeeds, and the others try again.
      if (!reasons.some(({ Code }) => TRANSIENT.includes(Code))) throw error;
      if (attempt === ATTEMPTS) throw new Problem(503, 'Too many requests write at the same time: repeat this one.');
      await setTimeout(PAUSE_MS * 2 ** attempt * Math.random());
    }
  }
}

/** The record of an earlier request, if it was the same request with the same Idempotency-Key. */
export async function earlierRecord(
  dynamodb: DynamoDBClient,
  { table, record }: Pick<Write, 'table' | 'record'>,
): Promise<Item | undefined> {
  const { pk, sk } = record;
  const { Item: earlier } = await dynamodb.send(new GetItemCommand({ TableName: table, Key: { pk, sk }, ConsistentRead: true }));
  return earlier !== undefined && hasFingerprintOf(record, earlier) ? earlier : undefined;
}

function hasFingerprintOf({ fingerprint }: Item, earlier: Item): boolean {
  return fingerprint?.S !== undefined && earlier.fingerprint?.S === fingerprint.S;
}
