import type { LakeQuery } from 'cdk-andamio';

const PERIOD = ["the school, such as 'north-high'", 'the year', 'the first month', 'the last month of the same year'];

/**
 * The condition that a row is in the folder of its own month. A backfill of the whole table repeats items with the time of the export, if
 * they have no `recordedAt`: such a row says nothing about the month that it is in.
 */
const OWN_MONTH = "(event_name <> 'BACKFILL' OR date_trunc('month', coalesce(recorded_at, received_at)) = date_trunc('month', changed_at))";

/**
 * What school boards ask about their school. A row can be delivered twice, a backfill can repeat it with another `event_id`, and a grade can
 * be corrected: queries count items by their keys, and average the last grade of each student in each course.
 */
export const QUESTIONS: Readonly<Record<string, LakeQuery>> = {
  'courses-with-falling-average': {
    description: 'Courses whose average is lower in the last month of a quarter than in its first.',
    parameters: PERIOD,
    sql: `WITH monthly AS (
  SELECT course, month, avg(grade) AS average, count(*) AS students
  FROM (
    SELECT course, month, student_id, max_by(grade, recorded_at) AS grade
    FROM records_changes
    WHERE school = ? AND year = ? AND month BETWEEN ? AND ? AND course IS NOT NULL AND ${OWN_MONTH}
    GROUP BY course, month, student_id
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
    SELECT coalesce(student_id, visitor_id) AS student, month,
      max(CASE WHEN sort_key LIKE 'VISIT#%' THEN sort_key END) AS visit,
      max_by(CASE WHEN course IS NOT NULL THEN grade END, recorded_at) AS grade
    FROM records_changes
    WHERE school = ? AND year = ? AND month BETWEEN ? AND ? AND ${OWN_MONTH}
    GROUP BY coalesce(student_id, visitor_id), month, partition_key, sort_key
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
WHERE school = ? AND year = ? AND month BETWEEN ? AND ? AND kind IN ('absent', 'late') AND ${OWN_MONTH}
GROUP BY 1, 2
ORDER BY course, week`,
  },

  'behaviour-by-course': {
    description: 'Behaviour entries and their points, by course and kind.',
    parameters: PERIOD,
    sql: `SELECT course, kind, count(*) AS entries, sum(points) AS points, count(DISTINCT student_id) AS students
FROM (
  SELECT DISTINCT partition_key, sort_key, of_course AS course, kind, points, student_id
  FROM records_changes
  WHERE school = ? AND year = ? AND month BETWEEN ? AND ? AND kind IS NOT NULL AND ${OWN_MONTH}
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
