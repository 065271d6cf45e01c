import type { Arrivals } from '../../kit/load/arrivals';
import type { PlannedRequest } from '../../kit/load/load-client';

/** The size of a class: each school of a load has one. */
const STUDENTS = 20;
const COURSES = ['Maths', 'Music'];
/** Writes among all requests. */
const WRITES = 0.3;

interface Read {
  /** Its share of all reads. */
  readonly share: number;
  path(student: string, course: string): string;
  /** What the response contains, if there is anything. */
  expected(student: string): string;
}

const READS: readonly Read[] = [
  { share: 4 / 7, path: (student) => `/students/${student}/evaluations`, expected: (student) => `"evaluations":[{"student":"${student}"` },
  { share: 1 / 7, path: (student) => `/students/${student}/behaviour`, expected: (student) => `"student":"${student}"` },
  { share: 1 / 7, path: () => '/students', expected: () => '"students":[{' },
  { share: 1 / 7, path: (_, course) => `/courses/${course}/evaluations`, expected: () => '"evaluations":[{' },
];

/** Who sends requests: one teacher of each school. */
export interface Teachers {
  readonly schools: readonly string[];
  /** The access token of the teacher. */
  token(school: string): string;
  /** The part of the path before the routes of the service. @default - none */
  readonly prefix?: string;
}

export interface Lesson {
  readonly arrivals: Arrivals;
  /** The same numbers for the same seed: the requests are then the same. */
  readonly random: () => number;
  /** The prefix of the idempotency keys, unique for each load. */
  readonly name: string;
  /** @default 0.3 */
  readonly writes?: number;
}

/** What teachers of many schools do in class: they register grades, and look at students, courses and the grades so far. */
export function lesson(teachers: Teachers, { arrivals, random, name, writes = WRITES }: Lesson): PlannedRequest[] {
  const { schools, token, prefix = '' } = teachers;
  const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)];
  return arrivals.map((dueMs, number) => {
    const [school, student, course] = [pick(schools), `student-${1 + Math.floor(random() * STUDENTS)}`, pick(COURSES)];
    const isWrite = random() < writes;
    // Read in each case, so that a request does not depend on what the one before was.
    const [grade, read] = [Math.floor(random() * 21) / 2, readAt(random())];
    if (isWrite) return { dueMs, ...register(teachers, { school, student, course, grade, idempotencyKey: `${name}-${number}` }) };
    return {
      ...{ dueMs, method: 'GET', path: `${prefix}${read.path(student, course)}`, expected: read.expected(student) },
      headers: { authorization: `Bearer ${token(school)}` },
    };
  });
}

/** A class of each school, with one grade of each student in each course, so that every read finds something. */
export function firstLesson(teachers: Teachers, perSecond: number): PlannedRequest[] {
  const names = Array.from({ length: STUDENTS }, (_, number) => `student-${number + 1}`);
  const students = teachers.schools.flatMap((school) =>
    names.map((student) => ({
      ...post(teachers, school, '/students', `first-${school}-${student}`),
      body: JSON.stringify({ name: student, officialId: student }),
    })),
  );
  const grades = teachers.schools.flatMap((school) =>
    COURSES.flatMap((course) =>
      names.map((student) =>
        register(teachers, { school, student, course, grade: 7, idempotencyKey: `first-${school}-${student}-${course}` }),
      ),
    ),
  );
  return [...students, ...grades].map((request, number) => ({ dueMs: (number / perSecond) * 1000, ...request }));
}

export interface Grade {
  readonly school: string;
  readonly student: string;
  readonly course: string;
  readonly grade: number;
  readonly idempotencyKey: string;
}

/** The request that registers a grade. */
export function register(teachers: Teachers, { school, student, course, grade, idempotencyKey }: Grade): Omit<PlannedRequest, 'dueMs'> {
  return {
    ...post(teachers, school, `/students/${student}/evaluations/${course}`, idempotencyKey),
    method: 'PUT',
    body: JSON.stringify({ grade }),
    expected: `"course":"${course}"`,
  };
}

function post({ token, prefix = '' }: Teachers, school: string, path: string, idempotencyKey: string) {
  return {
    method: 'POST',
    path: `${prefix}${path}`,
    headers: { authorization: `Bearer ${token(school)}`, 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
  };
}

function readAt(place: number): Read {
  let left = place;
  for (const read of READS) {
    left -= read.share;
    if (left < 0) return read;
  }
  return READS[READS.length - 1];
}
