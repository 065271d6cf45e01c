import { reportSql } from '../../../src/resilient-gov-sync/lambda/lake-reports/sql';

const table = {
  ...{ DATABASE: 'luca_lake', TABLE: 'records', TENANT_NOUN: 'school', KEYS: ['partition_key', 'sort_key'] },
  FIELDS: [
    { name: 'student', column: 'student_id', kind: 'text' as const },
    { name: 'grade', column: 'grade', kind: 'double' as const },
  ],
  REQUIRED: ['course'],
};
const sqlOf = (start: string, end: string) => reportSql(table, { name: '2026Q4', start, end }, ['north-high', 'south-high']);

test('a quarter reads its months only, with the last state of each item', () => {
  expect(
    sqlOf('2026-10-01T00:00:00Z', '2027-01-01T00:00:00.000Z'),
  ).toBe(`SELECT "school" AS "tenant_of_row", "student_id" AS "f0", "grade" AS "f1" FROM (
  SELECT *, row_number() OVER (PARTITION BY "school", "partition_key", "sort_key" ORDER BY "changed_at" DESC, length("sequence") DESC, "sequence" DESC, "event_id" DESC) AS "age"
  FROM "luca_lake"."records_changes"
  WHERE "school" IN ('north-high', 'south-high') AND "year" IN (2026) AND "month" IN (10, 11, 12) AND "changed_at" >= TIMESTAMP '2026-10-01 00:00:00' AND "changed_at" < TIMESTAMP '2027-01-01 00:00:00'
)
WHERE "age" = 1 AND ("deleted_at" IS NULL OR "deleted_at" = '{"null":true}') AND "course" IS NOT NULL
ORDER BY "school", "partition_key", "sort_key"`);
});

test.each([
  ['2026-09-30T22:00:00Z', '2026-12-31T23:00:00Z', '"year" IN (2026) AND "month" IN (9, 10, 11, 12)'],
  ['2026-12-31T23:00:00Z', '2027-03-31T22:00:00Z', '"year" IN (2026, 2027) AND "month" IN (12, 1, 2, 3)'],
  ['2026-10-01T05:00:00Z', '2027-01-01T05:00:00Z', '"year" IN (2026, 2027) AND "month" IN (10, 11, 12, 1)'],
])('the months in UTC of %s to %s', (start, end, folders) => {
  expect(sqlOf(start, end)).toContain(folders);
});
