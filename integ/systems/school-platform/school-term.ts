import { randomUUID } from 'node:crypto';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { KINDS, type Kind, recordBehaviour } from '../../../examples/school-platform/app/grades/src/behaviour';
import { recordGrade } from '../../../examples/school-platform/app/grades/src/evaluations';
import { STANDARD_RULES } from '../../../examples/school-platform/app/grades/src/rules';
import { registerStudent } from '../../../examples/school-platform/app/grades/src/students';
import type { SchoolData } from '../../../examples/school-platform/app/grades/src/tenant-data';
import { readMessage } from '../../../src/buffered-ingest-path/lambda/message';

type Item = Readonly<Record<string, AttributeValue>>;

/** What happened at a school. */
export type Fact = { readonly at: Date; readonly student: string } & (
  | { readonly type: 'grade'; readonly course: string; readonly grade: number }
  | { readonly type: 'behaviour'; readonly course?: string; readonly kind: Kind; readonly points: number }
  | { readonly type: 'visit' }
  | { readonly type: 'deletion' }
);

/** A term of a school: what happened, and the changes of items that its app wrote. */
export interface Term {
  readonly facts: readonly Fact[];
  readonly changes: readonly { readonly at: Date; readonly name: 'INSERT' | 'MODIFY'; readonly item: Item }[];
}

export const COURSES = ['Art', 'History', 'Maths', 'Music'];
/** Months of 2026. */
export const MONTHS = [9, 10, 11];
const STUDENTS = 12;
/** How much the grades of a course change from one month to the next, on average. */
const TREND: Readonly<Record<string, number>> = { Art: 0, History: -0.5, Maths: -1, Music: 0.75 };
const DAYS = 28;

/**
 * A term of a school, the same for the same random numbers except for ids. The items are made by the code of the app, and by the batch writer.
 */
export async function schoolTerm(school: string, random: () => number): Promise<Term> {
  const facts: Fact[] = [];
  const changes: Term['changes'][number][] = [];
  const written: Item[] = [];
  const data = { school, table: 'data', dynamodb: { send: capture(written) } } as unknown as SchoolData;
  const wrote = (at: Date, name: 'INSERT' | 'MODIFY' = 'INSERT') => {
    changes.push(...written.splice(0).map((item) => ({ at, name, item })));
  };
  const day = (month: number) => new Date(Date.UTC(2026, month - 1, 1 + Math.floor(random() * DAYS), 8, Math.floor(random() * 60)));
  const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)];
  const request = () => ({ idempotencyKey: randomUUID(), correlationId: randomUUID(), user: 'teacher-1' });

  const students: string[] = [];
  for (let number = 1; number <= STUDENTS; number++) {
    const at = new Date(Date.UTC(2026, MONTHS[0] - 1, 1));
    const { student } = await registerStudent(data, { name: `Name ${number}`, officialId: `ID-${number}`, ...request() }, at.getTime());
    students.push(student);
    wrote(at);
  }

  const recordGradeAt = async (at: Date, student: string, course: string, grade: number) => {
    facts.push({ type: 'grade', at, student, course, grade });
    await recordGrade(data, { student, course, grade, ...request() }, { rules: STANDARD_RULES, at: at.getTime() });
    wrote(at);
  };
  for (const [index, month] of MONTHS.entries()) {
    for (const [number, student] of students.entries()) {
      for (const course of COURSES) {
        // Some students have no grade in a course in the last month.
        if (index === MONTHS.length - 1 && random() < 0.2) continue;
        const grade = Math.min(Math.max(Math.round((6 + (TREND[course] ?? 0) * index + (random() - 0.5) * 3) * 2) / 2, 0), 10);
        const at = day(month);
        await recordGradeAt(at, student, course, grade);
        // A correction, in the same month.
        if (random() < 0.1) await recordGradeAt(new Date(at.getTime() + 3_600_000), student, course, Math.min(grade + 1, 10));
      }
      for (let count = Math.floor(random() * 4); count > 0; count--) {
        const entry = { kind: pick(KINDS), points: Math.floor(random() * 5) - 2, course: random() < 0.8 ? pick(COURSES) : undefined };
        const at = day(month);
        facts.push({ type: 'behaviour', at, student, ...entry });
        await recordBehaviour(data, { student, ...entry, ...request() }, at.getTime());
        wrote(at);
      }
      // Half of the students open the app more often each month.
      const visits = 2 + Math.floor(random() * 3) + (number % 2) * index * 2;
      for (let count = 0; count < visits; count++) {
        const at = day(month);
        facts.push({ type: 'visit', at, student });
        changes.push({ at, name: 'INSERT', item: visit(school, student, at) });
      }
    }
  }

  const [leaver] = students;
  const at = new Date(Date.UTC(2026, (MONTHS.at(-1) ?? 1) - 1, DAYS));
  const profile = changes.find(({ item }) => item.sk.S === `PROFILE#${leaver}`)?.item ?? {};
  const { name: _, officialId: __, ...rest } = profile;
  facts.push({ type: 'deletion', at, student: leaver });
  changes.push({ at, name: 'MODIFY', item: { ...rest, deletedAt: { S: at.toISOString() }, correlationId: { S: randomUUID() } } });
  return { facts, changes };
}

/** Stands for the client of the table, and keeps the items that are put. */
function capture(written: Item[]) {
  return async ({ input }: { readonly input: { readonly TransactItems?: readonly { readonly Put: { readonly Item: Item } }[] } }) => {
    written.push(...(input.TransactItems ?? []).map(({ Put }) => Put.Item));
    return {};
  };
}

/** The item of a visit, as the batch writer makes it. */
function visit(school: string, student: string, at: Date): Item {
  const id = randomUUID();
  const message = readMessage(
    {
      messageId: id,
      body: JSON.stringify({ student, page: '/today' }),
      attributes: { SentTimestamp: String(at.getTime()) },
      messageAttributes: { tenant: { stringValue: school }, correlationId: { stringValue: id } },
    },
    {
      ...{ tableName: 'data', partitionKey: 'pk', sortKey: 'sk' },
      templates: { pk: '{tenant}#STUDENT#{body.student}', sk: 'VISIT#{idempotencyKey}' },
      timeToLive: { attribute: 'expiresAt', seconds: 30 * 86_400 },
    },
  );
  if (!('item' in message)) throw new Error(`The writer rejects a visit: ${message.reason}`);
  return message.item as Item;
}
