import type { LakeAnswer, Read } from './lake';

const BAR = 40;
const number = (value: number) => value.toLocaleString('en-US');

/** A saved query, its answer, and what it read of the lake. */
export function lakeLines({ query, school, since, courses, isThatOfTable, question, allSchools }: LakeAnswer): string[] {
  const name = Math.max('course'.length, ...courses.map(({ course }) => course.length));
  const row = (course: string, students: string, missing: string) =>
    `  ${course.padEnd(name)}  ${students.padStart(8)}  ${missing.padStart(13)}`;
  return [
    `The lake answers a saved query of ${school}, ${query}: since ${since.toISOString().slice(11, 19)}, when recess began.`,
    ...(courses.length === 0
      ? ['  Every student has a new grade.']
      : [
          row('course', 'students', 'without grade'),
          ...courses.map(({ course, students, missing }) => row(course, String(students), String(missing))),
        ]),
    `The current items of the table have ${isThatOfTable ? 'the same answer' : 'ANOTHER answer'}. What each of them read:`,
    readLine('this school', question, allSchools),
    readLine('all schools', allSchools, allSchools),
  ];
}

function readLine(who: string, { files, rows, bytes }: Read, all: Read): string {
  const bar = '█'.repeat(Math.max(Math.round((bytes / Math.max(all.bytes, 1)) * BAR), 1));
  return `  ${who}  ${number(files).padStart(3)} files  ${number(rows).padStart(7)} rows  ${number(bytes).padStart(10)} bytes  ${bar}`;
}
