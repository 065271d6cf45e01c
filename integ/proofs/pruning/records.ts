import { generator } from '../../kit/random';
import { type School, schools } from '../../systems/school-platform/population';

/** Forty schools of different sizes. */
export const SCHOOLS: readonly School[] = schools();
/** From November 2025 to December 2026, each as its year and month. */
export const MONTHS = Array.from({ length: 14 }, (_, index) => ({
  year: 2025 + Math.floor((index + 10) / 12),
  month: ((index + 10) % 12) + 1,
}));
export type Month = (typeof MONTHS)[number];
/** Times in a month at which Firehose delivers what each school has changed: each makes one file in a school's folder. */
export const DELIVERIES = 4;
/** The part of a school's students with a change in one delivery. */
const SHARE = 1 / 5;
const COURSES = ['Maths', 'Music', 'History', 'Biology', 'English'];
const DAY = 86_400;

/** A record as the pipe of a lake sends it, with what queries are compared with. */
export interface Change {
  readonly school: string;
  readonly score: number;
  readonly record: string;
}

/** What all schools change before one delivery of a month, the same for each call. */
export function changesOf({ year, month }: Month, delivery: number): Change[] {
  const id = (year * 100 + month) * 10 + delivery;
  const random = generator(id);
  const from = Date.UTC(year, month - 1, 1 + delivery * 7, 8) / 1000;
  return SCHOOLS.flatMap(({ id: school, students }) =>
    Array.from({ length: Math.max(1, Math.round(students * SHARE)) }, (_, number): Change => {
      const [student, course] = [Math.floor(random() * students), COURSES[Math.floor(random() * COURSES.length)]];
      const [score, at] = [Math.floor(random() * 41) / 4, from + Math.floor((random() * DAY) / 4)];
      return { school, score, record: recordOf({ school, student, course, score, at, number, id, random }) };
    }),
  );
}

interface Grade {
  readonly school: string;
  readonly student: number;
  readonly course: string;
  readonly score: number;
  readonly at: number;
  readonly number: number;
  readonly id: number;
  readonly random: () => number;
}

/** The template of the pipe for a stream of a table: src/streaming-data-lake/table-stream.ts. */
function recordOf({ school, student, course, score, at, number, id, random }: Grade): string {
  const hex = (length: number) => Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
  return JSON.stringify({
    event_id: hex(32),
    event_name: number % 3 === 0 ? 'MODIFY' : 'INSERT',
    changed_at: at,
    sequence: `${id}${String(number).padStart(17, '0')}`,
    item: {
      pk: { S: `${school}#STUDENT#${student}` },
      sk: { S: `EVALUATION#${course}#${hex(8)}` },
      student: { S: `student-${student}` },
      course: { S: course },
      score: { N: String(score) },
      gradedAt: { S: new Date(at * 1000).toISOString() },
      correlationId: { S: `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}` },
    },
  });
}
