import { type LakeAnswer, missingIn } from './lake';
import { lakeLines } from './lake-lines';

const answer: LakeAnswer = {
  query: 'courses-with-missing-grades',
  school: 'school-01',
  since: new Date('2026-11-29T08:15:30.123Z'),
  courses: [
    { course: 'Maths', students: 20, missing: 7 },
    { course: 'Music', students: 19, missing: 5 },
  ],
  isThatOfTable: true,
  question: { files: 1, partitions: 1, rows: 1_200, bytes: 30_000 },
  allSchools: { files: 40, partitions: 40, rows: 8_400, bytes: 300_000 },
};

test('the answer and what was read are drawn', () => {
  expect(lakeLines(answer)).toEqual([
    'The lake answers a saved query of school-01, courses-with-missing-grades: since 08:15:30, when recess began.',
    '  course  students  without grade',
    '  Maths         20              7',
    '  Music         19              5',
    'The current items of the table have the same answer. What each of them read:',
    '  this school    1 files    1,200 rows      30,000 bytes  ████',
    `  all schools   40 files    8,400 rows     300,000 bytes  ${'█'.repeat(40)}`,
  ]);
});

test('an answer that differs from the table is named', () => {
  const lines = lakeLines({ ...answer, courses: [], isThatOfTable: false });
  expect(lines).toEqual(expect.arrayContaining(['  Every student has a new grade.', expect.stringContaining('ANOTHER answer')]));
});

test('grades are missing that were recorded before, in the school’s own items', () => {
  const item = (school: string, student: string, course: string, recordedAt: string) => ({
    ...{ pk: { S: `${school}#EVALUATION` }, sk: { S: `STUDENT#${student}#COURSE#${course}` } },
    ...{ course: { S: course }, recordedAt: { S: recordedAt } },
  });
  const [before, after] = ['2026-11-29T08:15:30.122Z', '2026-11-29T08:15:30.123Z'];
  const items = [
    item('school-01', 'a', 'Maths', before),
    item('school-01', 'b', 'Maths', after),
    item('school-01', 'a', 'Art', before),
    item('school-01', 'a', 'Music', after),
    item('school-02', 'a', 'Music', before),
  ];
  expect(missingIn(items, 'school-01', answer.since)).toEqual([
    { course: 'Art', students: 1, missing: 1 },
    { course: 'Maths', students: 2, missing: 1 },
  ]);
});
