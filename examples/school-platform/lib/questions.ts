import type { LakeQuery } from 'cdk-andamio';

const PERIOD = ["the school, such as 'north-high'", 'the year', 'the first month', 'the last month of the same year'];

/**
 * What school boards ask about their school. A row can be delivered twice, and a backfill can repeat it with another `event_id`: queries
 * that add or average look at distinct writes, by the keys of the item and the request.
 */
export const QUESTIONS: Readonly<Record<string, LakeQuery>> = {
  'courses-with-falling-average': {
    description: 'Courses whose average is lower in the last month of a quarter than in its first.',
    parameters: PERIOD,
    sql: `WITH monthly AS (
  SELECT course, month, avg(grade) AS average, count(DISTINCT student_id) AS students
  FROM (
    SELECT DISTINCT partition_key, sort_key, correlation_id, month, course, student_id, grade
    FROM records_changes
    WHERE school = ? AND year = ? AND month BETWEEN ? AND ? AND course IS NOT NULL
  )
  GROUP BY course, month
)
SELECT course,
  round(min_by(average, month), 2) AS first_average,
  round(max_by(average, month), 2) AS last_average,
  round(max_by(average, month) - min_by(average, month), 2) AS difference,
  max_by(students, month) AS students
FROM monthly
GROUP BY course
HAVING round(max_by(average, month), 2) < round(min_by(average, month), 2)
ORDER BY difference, course`,
  },

  'students-with-more-visits-and-lower-grades': {
    description:
      'Students who open the app more often than before, while their grades are lower: in the last month of a period than in its first.',
    parameters: PERIOD,
    sql: `WITH monthly AS (
  SELECT student, month, count(visit) AS visits, avg(grade) AS average
  FROM (
    SELECT DISTINCT partition_key, sort_key, correlation_id, month,
      coalesce(student_id, visitor_id) AS student,
      CASE WHEN sort_key LIKE 'VISIT#%' THEN sort_key END AS visit,
      CASE WHEN course IS NOT NULL THEN grade END AS grade
    FROM records_changes
    WHERE school = ? AND year = ? AND month BETWEEN ? AND ?
  )
  GROUP BY student, month
)
SELECT student AS student_id,
  min_by(visits, month) AS first_visits,
  max_by(visits, month) AS last_visits,
  round(min_by(average, month), 2) AS first_average,
  round(max_by(average, month), 2) AS last_average
FROM monthly
WHERE average IS NOT NULL
GROUP BY student
HAVING max_by(visits, month) > min_by(visits, month)
  AND round(max_by(average, month), 2) < round(min_by(average, month), 2)
ORDER BY student_id`,
  },

  'attendance-by-course-and-week': {
    description: 'How often students were absent or late, by course and week. Entries without a course are in a row of their own.',
    parameters: PERIOD,
    sql: `SELECT of_course AS course,
  CAST(date_trunc('week', recorded_at) AS date) AS week,
  count(DISTINCT CASE WHEN kind = 'absent' THEN concat(partition_key, sort_key) END) AS absences,
  count(DISTINCT CASE WHEN kind = 'late' THEN concat(partition_key, sort_key) END) AS late,
  count(DISTINCT student_id) AS students
FROM records_changes
WHERE school = ? AND year = ? AND month BETWEEN ? AND ? AND kind IN ('absent', 'late')
GROUP BY 1, 2
ORDER BY course, week`,
  },

  'behaviour-by-course': {
    description: 'Behaviour entries and their points, by course and kind.',
    parameters: PERIOD,
    sql: `SELECT course, kind, count(*) AS entries, sum(points) AS points, count(DISTINCT student_id) AS students
FROM (
  SELECT DISTINCT partition_key, sort_key, correlation_id, of_course AS course, kind, points, student_id
  FROM records_changes
  WHERE school = ? AND year = ? AND month BETWEEN ? AND ? AND kind IS NOT NULL
)
GROUP BY course, kind
ORDER BY course, kind`,
  },

  'courses-with-missing-grades': {
    description:
      'Courses in which students got no grade since the beginning of a term, for the days before its deadline: of those with a grade in the course, and without those who were deleted.',
    parameters: [
      "the school, such as 'north-high'",
      'the year in which the school year began',
      "the beginning of the term in UTC, such as '2026-10-01 00:00:00'",
    ],
    sql: `WITH states AS (
  SELECT course, student_id, recorded_at,
    row_number() OVER (PARTITION BY course, student_id ORDER BY recorded_at DESC) AS age,
    count(deleted_at) OVER (PARTITION BY student_id) AS deletions
  FROM records_changes
  WHERE school = ? AND year BETWEEN ? AND year(current_date)
), latest AS (
  SELECT course, recorded_at, count(*) OVER (PARTITION BY course) AS students
  FROM states
  WHERE course IS NOT NULL AND age = 1 AND deletions = 0
)
SELECT course, max(students) AS students, count(*) AS missing
FROM latest
WHERE recorded_at < CAST(? AS timestamp)
GROUP BY course
ORDER BY missing DESC, course`,
  },
};
