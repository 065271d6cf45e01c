import { createHash, randomUUID } from 'node:crypto';
import { type AttributeValue, QueryCommand } from '@aws-sdk/client-dynamodb';
import { ownItemsPages, renderKey, renderKeyPrefix } from 'cdk-andamio/tenant-sessions';
import type { Page, PageRequest } from './page';
import { admittedGrade, notAdmitted, type Rules } from './rules';
import type { SchoolData } from './tenant-data';
import { earlierRecord, type Item, RECORD_DAYS, writeOnce } from './write-once';

/** A grade to record. */
export interface NewGrade {
  readonly student: string;
  readonly course: string;
  /** As the request has it. */
  readonly grade: number;
  /** The version that the teacher saw. Without it, the last writer wins. */
  readonly seenVersion?: string;
  readonly idempotencyKey: string;
  readonly user: string;
  readonly correlationId: string;
}

export interface Evaluation {
  readonly student: string;
  readonly course: string;
  readonly grade: number;
  readonly passed: boolean;
  /** Changes with each grade that is recorded. */
  readonly version: string;
  readonly recordedAt: string;
}

/** Rendered by the library, which escapes the caller's values, so that no value can contain a separator. */
const SORT_KEY = 'STUDENT#{body.student}#COURSE#{body.course}';
const REVISION = { partition: '{tenant}#STUDENT#{body.student}', sort: 'REVISION#{body.key}' };

/** A student's evaluations: one query on the table. */
export async function evaluationsOfStudent(
  { school, table, dynamodb }: SchoolData,
  student: string,
  { limit, after }: PageRequest,
): Promise<Page<Evaluation>> {
  const { Items = [], LastEvaluatedKey: last } = await dynamodb.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
      ExpressionAttributeValues: { ':pk': { S: partition(school) }, ':sk': { S: renderKeyPrefix(SORT_KEY, { body: { student } }) } },
      Limit: limit,
      ConsistentRead: true,
      ExclusiveStartKey: after === undefined ? undefined : keyOf(school, student, after),
    }),
  );
  return { items: Items.map(evaluation), next: last && Items.at(-1)?.course?.S };
}

/** A course's evaluations: one query on the index, which DynamoDB updates a moment after the table. */
export async function evaluationsOfCourse(
  { school, table, dynamodb }: SchoolData,
  course: string,
  { limit, after }: PageRequest,
): Promise<Page<Evaluation>> {
  const pages = ownItemsPages(
    school,
    {
      TableName: table,
      IndexName: 'by-course',
      KeyConditionExpression: 'pk = :pk AND course = :course',
      ExpressionAttributeValues: { ':pk': { S: partition(school) }, ':course': { S: course } },
      Limit: limit,
      ...(after === undefined ? {} : { ExclusiveStartKey: { ...keyOf(school, after, course), course: { S: course } } }),
    },
    { query: (input) => dynamodb.send(new QueryCommand(input)) },
  );
  // The first page is the answer: what follows is another request.
  const { value: first } = await pages.next();
  const { Items: items = [], LastEvaluatedKey: last } = first ?? {};
  return { items: items.map(evaluation), next: last && items.at(-1)?.student?.S };
}

/**
 * Records a grade, and its revision for 30 days, in one transaction.
 *
 * @throws Problem with 400 if the rules do not admit the grade, unless this request was recorded under earlier rules
 */
export async function recordGrade(
  { school, table, dynamodb }: SchoolData,
  { student, course, grade, seenVersion, idempotencyKey, user, correlationId }: NewGrade,
  { rules, at }: { readonly rules: Rules; readonly at: number },
): Promise<Evaluation> {
  const record: Item = {
    pk: { S: renderKey(REVISION.partition, { tenant: school, body: { student } }) },
    sk: { S: renderKey(REVISION.sort, { body: { key: idempotencyKey } }) },
    fingerprint: { S: fingerprint(course, grade, seenVersion) },
  };
  const ofRequest = (recorded: Item) => evaluation({ ...recorded, student: { S: student }, course: { S: course } });
  const admitted = admittedGrade(grade, rules);
  if (admitted === undefined) {
    const earlier = await earlierRecord(dynamodb, { table, record });
    if (earlier === undefined) throw notAdmitted(rules);
    return ofRequest(earlier);
  }
  const written: Item = {
    grade: { N: String(admitted) },
    passed: { BOOL: admitted >= rules.passing },
    version: { S: randomUUID() },
    recordedAt: { S: new Date(at).toISOString() },
    recordedBy: { S: user },
    correlationId: { S: correlationId },
  };
  const revision: Item = {
    ...record,
    ...written,
    student: { S: student },
    // Not `course`, which would put it into the index by-course.
    ofCourse: { S: course },
    expiresAt: { N: String(Math.floor(at / 1_000) + RECORD_DAYS * 86_400) },
  };
  const current = {
    TableName: table,
    Item: { ...keyOf(school, student, course), student: { S: student }, course: { S: course }, ...written },
    ...(seenVersion === undefined
      ? {}
      : { ConditionExpression: 'version = :seen', ExpressionAttributeValues: { ':seen': { S: seenVersion } } }),
  };
  return ofRequest(await writeOnce(dynamodb, { table, record: revision, others: [{ Put: current }] }));
}

/** One partition for all evaluations of a school. The index has the same partition key, so it can't contain another school's items. */
function partition(school: string): string {
  return renderKey('{tenant}#EVALUATION', { tenant: school });
}

function sortKey(student: string, course: string): string {
  return renderKey(SORT_KEY, { body: { student, course } });
}

function keyOf(school: string, student: string, course: string): { pk: AttributeValue; sk: AttributeValue } {
  return { pk: { S: partition(school) }, sk: { S: sortKey(student, course) } };
}

function fingerprint(...request: readonly (string | number | undefined)[]): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('base64url');
}

function evaluation({ student, course, grade, passed, version, recordedAt }: Item): Evaluation {
  return {
    student: student?.S ?? '',
    course: course?.S ?? '',
    grade: Number(grade?.N),
    passed: passed?.BOOL ?? false,
    version: version?.S ?? '',
    recordedAt: recordedAt?.S ?? '',
  };
}
