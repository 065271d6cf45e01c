import { randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  GetItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { renderKey } from 'cdk-andamio/tenant-sessions';
import type { Page, PageRequest } from './page';
import { Problem } from './problem';
import type { SchoolData } from './tenant-data';
import { type Item, RECORD_DAYS, writeOnce } from './write-once';

export interface NewStudent {
  readonly name: string;
  readonly officialId: string;
  readonly idempotencyKey: string;
  readonly correlationId: string;
}

export interface Student {
  /** Random: other items and logs have only this id. */
  readonly student: string;
  readonly name: string;
}

/** The only item with a person's name and official id. */
export interface Profile extends Student {
  readonly officialId: string;
}

const PROFILE = 'PROFILE#{body.student}';
const PROFILES = 'PROFILE#';
const REGISTRATION = 'REGISTRATION#{body.key}';

/** A school's students: one query on the table. */
export async function listStudents({ school, table, dynamodb }: SchoolData, { limit, after }: PageRequest): Promise<Page<Student>> {
  const { Items = [], LastEvaluatedKey: last } = await dynamodb.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
      FilterExpression: 'attribute_not_exists(deletedAt)',
      ExpressionAttributeValues: { ':pk': { S: partition(school) }, ':sk': { S: PROFILES } },
      Limit: limit,
      ConsistentRead: true,
      ExclusiveStartKey: after === undefined ? undefined : keyOf(school, after),
    }),
  );
  const items = Items.map(({ student, name }) => ({ student: student?.S ?? '', name: name?.S ?? '' }));
  // The last item that was read may be that of a deleted student, which is not shown.
  return { items, next: last && String(last.sk?.S).slice(PROFILES.length) };
}

/** @throws Problem with 404 */
export async function readStudent({ school, table, dynamodb }: SchoolData, student: string): Promise<Profile> {
  const key = keyOf(school, student);
  const { Item: item } = await dynamodb.send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }));
  if (item === undefined || item.deletedAt !== undefined) throw unknown();
  return { student, name: item.name?.S ?? '', officialId: item.officialId?.S ?? '' };
}

/**
 * Registers a student once for each Idempotency-Key. What the first request had is in the profile alone, so that nothing about the person
 * remains after its deletion.
 *
 * @throws Problem with 404 if the student of an earlier request with this key has been deleted, and with 422 if it was another request
 */
export async function registerStudent(data: SchoolData, newStudent: NewStudent, at: number): Promise<Student> {
  const { name, officialId, idempotencyKey, correlationId } = newStudent;
  const { school, table, dynamodb } = data;
  const student = randomUUID();
  const profile: Item = {
    ...keyOf(school, student),
    student: { S: student },
    name: { S: name },
    officialId: { S: officialId },
    registeredAt: { S: new Date(at).toISOString() },
    correlationId: { S: correlationId },
  };
  const registration: Item = {
    pk: { S: partition(school) },
    sk: { S: renderKey(REGISTRATION, { body: { key: idempotencyKey } }) },
    registered: { S: student },
    correlationId: { S: correlationId },
    expiresAt: { N: String(Math.floor(at / 1_000) + RECORD_DAYS * 86_400) },
  };
  const { registered } = await writeOnce(dynamodb, {
    table,
    record: registration,
    others: [{ Put: { TableName: table, Item: profile } }],
    async isSame(earlier) {
      const first = await readStudent(data, earlier.registered?.S ?? '');
      return first.name === name && first.officialId === officialId;
    },
  });
  return { student: registered?.S ?? '', name };
}

/**
 * Removes what identifies a person. The item stays, so that it is a change for all who read the table's stream: a deleted item
 * looks the same as an expired one. Repeating it changes nothing: the item keeps time and correlation id of the first deletion.
 *
 * @throws Problem with 404
 */
export async function removeStudent(
  { school, table, dynamodb }: SchoolData,
  { student, correlationId }: { readonly student: string; readonly correlationId: string },
  at: number,
): Promise<void> {
  try {
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: table,
        Key: keyOf(school, student),
        UpdateExpression: 'SET deletedAt = :now, correlationId = :request REMOVE #name, officialId',
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(deletedAt)',
        ExpressionAttributeNames: { '#name': 'name' },
        ExpressionAttributeValues: { ':now': { S: new Date(at).toISOString() }, ':request': { S: correlationId } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    if (error.Item?.deletedAt === undefined) throw unknown();
  }
}

function unknown(): Problem {
  return new Problem(404, 'The school has no student with this id.');
}

function partition(school: string): string {
  return renderKey('{tenant}#STUDENTS', { tenant: school });
}

function keyOf(school: string, student: string): { pk: AttributeValue; sk: AttributeValue } {
  return { pk: { S: partition(school) }, sk: { S: renderKey(PROFILE, { body: { student } }) } };
}
