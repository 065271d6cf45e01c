import { athenaIn } from '../../../kit/athena';
import type { Item } from '../../../kit/observer';
import type { QueryInput } from '../../../sandbox';
import { askBoard, DATABASE, WORKGROUP } from '../board';
import type { RunningPlatform } from '../platform';

/** A course in which students got no grade since a time. */
export interface MissingGrades {
  readonly course: string;
  readonly students: number;
  readonly missing: number;
}

/** What a query read. */
export interface Read extends QueryInput {
  /** The rows of the files. */
  readonly rows: number;
}

/** The answer to a saved query, and what it read. */
export interface LakeAnswer {
  readonly query: string;
  readonly school: string;
  readonly since: Date;
  readonly courses: readonly MissingGrades[];
  /** Whether the current items of the table have the same answer. */
  readonly isThatOfTable: boolean;
  readonly question: Read;
  /** The same question about all schools. */
  readonly allSchools: Read;
}

export interface LakeQuestion {
  readonly school: string;
  readonly schools: readonly string[];
  /** Grades are missing that were not recorded since then. */
  readonly since: Date;
  items(): Promise<readonly Item[]>;
}

const QUERY = 'courses-with-missing-grades';
/** The pipe from the table to the lake. */
export function lakePipe({ sandbox, resource }: RunningPlatform) {
  const arn = sandbox.assembly.attribute(resource('AWS::Pipes::Pipe', '/Lake/Changes/Pipe'), 'Arn');
  return {
    stop: () => sandbox.pipes.stop(arn),
    /** Starts it, and waits until it has read all changes and they are files. */
    async drain() {
      sandbox.pipes.start(arn);
      await sandbox.pipes.caughtUp(arn);
      await sandbox.deliveryStreams.flush();
    },
  };
}

/** Asks a saved query about one school, and the same about all schools. */
export async function askLake({ sandbox }: RunningPlatform, { school, schools, since, items }: LakeQuestion): Promise<LakeAnswer> {
  const now = new Date(sandbox.clock.now());
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth() + 1];
  const time = `'${since.toISOString().slice(0, -1).replace('T', ' ')}'`;
  const { rows, ...question } = await askBoard(sandbox, QUERY, [`'${school}'`, String(year), time]);
  const ask = athenaIn(sandbox, WORKGROUP);
  const list = schools.map((id) => `'${id}'`).join(', ');
  const everywhere = `FROM records_changes WHERE school IN (${list}) AND year = ${year} AND month = ${month}`;
  const scan = await ask(
    `SELECT school, count(*), count(course), count(student_id), count(recorded_at), count(deleted_at) ${everywhere} GROUP BY school`,
    { database: DATABASE },
  );
  const counts = new Map(scan.rows.map(([id, count]) => [id, Number(count)]));
  const courses = rows.map(({ course, students, missing }) => ({
    course: String(course),
    students: Number(students),
    missing: Number(missing),
  }));
  return {
    ...{ query: QUERY, school, since, courses },
    isThatOfTable: JSON.stringify(courses) === JSON.stringify(missingIn(await items(), school, since)),
    question: { ...question, rows: counts.get(school) ?? 0 },
    allSchools: { ...scan, rows: [...counts.values()].reduce((sum, count) => sum + count, 0) },
  };
}

/** The current grade of each student in each course. */
export function gradesOf(items: readonly Item[], school: string): Item[] {
  return items.filter(({ pk, sk }) => pk?.S === `${school}#EVALUATION` && sk?.S?.includes('#COURSE#'));
}

/** The same answer from the current items of the table. */
export function missingIn(items: readonly Item[], school: string, since: Date): MissingGrades[] {
  const grades = gradesOf(items, school);
  const courses = new Set(grades.map(({ course }) => course?.S ?? ''));
  return [...courses]
    .map((course) => {
      const own = grades.filter((grade) => grade.course?.S === course);
      return { course, students: own.length, missing: own.filter(({ recordedAt }) => (recordedAt?.S ?? '') < since.toISOString()).length };
    })
    .filter(({ missing }) => missing > 0)
    .sort((one, other) => other.missing - one.missing || (one.course < other.course ? -1 : 1));
}
