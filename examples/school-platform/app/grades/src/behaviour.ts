import { createHash } from 'node:crypto';
import { type AttributeValue, QueryCommand } from '@aws-sdk/client-dynamodb';
import { renderKey } from 'cdk-andamio/tenant-sessions';
import type { Page, PageRequest } from './page';
import type { SchoolData } from './tenant-data';
import { type Item, writeOnce } from './write-once';

/** What a teacher noticed. There is no free text, which could hold names. */
export const KINDS = ['praise', 'participation', 'late', 'absent', 'disruption'] as const;
export type Kind = (typeof KINDS)[number];

export interface NewEntry {
  readonly student: string;
  readonly kind: Kind;
  readonly points: number;
  /** Where it was noticed; undefined if not in a course. */
  readonly course?: string;
  readonly idempotencyKey: string;
  readonly user: string;
  readonly correlationId: string;
}

export interface Entry {
  readonly kind: string;
  readonly points: number;
  readonly course?: string;
  readonly recordedAt: string;
}

const PARTITION = '{tenant}#STUDENT#{body.student}';
const ENTRY = 'BEHAVIOUR#{body.key}';
const ENTRIES = 'BEHAVIOUR#';

/** A student's behaviour profile: one query on the table. */
export async function behaviourOfStudent(
  { school, table, dynamodb }: SchoolData,
  student: string,
  { limit, after }: PageRequest,
): Promise<Page<Entry>> {
  const { Items = [], LastEvaluatedKey: last } = await dynamodb.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
      ExpressionAttributeValues: { ':pk': { S: partition(school, student) }, ':sk': { S: ENTRIES } },
      Limit: limit,
      ConsistentRead: true,
      ExclusiveStartKey: after === undefined ? undefined : { pk: { S: partition(school, student) }, sk: { S: sortKey(after) } },
    }),
  );
  return { items: Items.map(entryIn), next: last && Items.at(-1)?.entryKey?.S };
}

/** An entry is its own record of the Idempotency-Key. */
export async function recordBehaviour({ school, table, dynamodb }: SchoolData, entry: NewEntry, at: number): Promise<Entry> {
  const { student, kind, points, course, idempotencyKey, user, correlationId } = entry;
  const item: Item = {
    pk: { S: partition(school, student) },
    sk: { S: sortKey(idempotencyKey) },
    student: { S: student },
    // Not `course`, which would put it into the index by-course.
    ...(course === undefined ? {} : { ofCourse: { S: course } }),
    entryKey: { S: idempotencyKey },
    kind: { S: kind },
    points: { N: String(points) },
    recordedAt: { S: new Date(at).toISOString() },
    recordedBy: { S: user },
    correlationId: { S: correlationId },
    fingerprint: {
      S: createHash('sha256')
        .update(JSON.stringify(course === undefined ? [kind, points] : [kind, points, course]))
        .digest('base64url'),
    },
  };
  return entryIn(await writeOnce(dynamodb, { table, record: item, others: [] }));
}

function partition(school: string, student: string): string {
  return renderKey(PARTITION, { tenant: school, body: { student } });
}

function sortKey(key: string): string {
  return renderKey(ENTRY, { body: { key } });
}

function entryIn({ kind, points, ofCourse, recordedAt }: Record<string, AttributeValue>): Entry {
  const { S: course } = ofCourse ?? {};
  return { kind: kind?.S ?? '', points: Number(points?.N), ...(course === undefined ? {} : { course }), recordedAt: recordedAt?.S ?? '' };
}
