import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Rules } from '../../../examples/school-platform/app/grades/src/rules';
import type { Report } from '../../government-api';
import { eachOf } from '../../kit/each-of';
import { generator } from '../../kit/random';
import type { Sandbox } from '../../sandbox';
import { loadGradesApp } from './grades-app';
import type { PlannedReport } from './verdict';

const COURSES = ['Art', 'History', 'Maths', 'Music'];
const AT_ONCE = 16;
/** As in the grades service. */
const STANDARD_RULES: Rules = { minimum: 0, maximum: 10, step: 0.01, passing: 5 };
const RULES_UP_TO_20: Rules = { ...STANDARD_RULES, maximum: 20, passing: 10 };

export interface Quarter {
  /** The grades that the platform accepted, corrections of a grade not counted. */
  readonly grades: number;
  plan(period: string): PlannedReport[];
  /** The reports as they are sent. */
  reports(period: string): Report[];
}

export interface QuarterOptions {
  readonly schools: number;
  readonly tableName: string;
  /** The same grades for the same seed. */
  readonly seed: number;
  /** One of so many schools grades up to 20, which the API does not accept. @default 50 */
  readonly otherRulesEvery?: number;
  recorded?(schools: number): void;
}

/** Records a quarter's grades of many schools with the code of the platform's grades service. */
export async function recordQuarter({ endpoint, assembly, clock }: Sandbox, options: QuarterOptions): Promise<Quarter> {
  const { accessKeyId, secretAccessKey } = endpoint.administrator();
  const dynamodb = new DynamoDBClient({
    endpoint: endpoint.url,
    region: assembly.region,
    credentials: { accessKeyId, secretAccessKey },
  });
  const { otherRulesEvery = 50 } = options;
  const { recordGrade } = loadGradesApp();
  const random = generator(options.seed);
  const at = clock.now();
  const schools = Array.from({ length: options.schools }, (_, place) => {
    const hasOtherRules = place % otherRulesEvery === otherRulesEvery - 1;
    const students = 1 + Math.floor(random() * 4);
    const grades = Array.from({ length: students }, (_, number) =>
      COURSES.filter(() => random() < 0.6).map((course) => ({
        ...{ student: `student-${number + 1}`, course },
        grade: hasOtherRules ? 11 + Math.floor(random() * 10) : Math.floor(random() * 21) / 2,
      })),
    ).flat();
    // Each school has a grade.
    if (grades.length === 0) grades.push({ student: 'student-1', course: 'Maths', grade: hasOtherRules ? 15 : 7 });
    return { school: `school-${String(place + 1).padStart(3, '0')}`, rules: hasOtherRules ? RULES_UP_TO_20 : STANDARD_RULES, grades };
  });
  let accepted = 0;
  let done = 0;
  try {
    await eachOf(schools, AT_ONCE, async ({ school, rules, grades }) => {
      for (const { student, course, grade } of grades) {
        const idempotencyKey = `${school}-${student}-${course}`;
        const request = { student, course, grade, idempotencyKey, user: 'teacher-1', correlationId: idempotencyKey };
        await recordGrade({ school, table: options.tableName, dynamodb }, request, { rules, at });
        accepted += 1;
      }
      done += 1;
      options.recorded?.(done);
    });
  } finally {
    dynamodb.destroy();
  }
  return {
    grades: accepted,
    plan: (period) =>
      schools.map(({ school, rules, grades }) => ({
        ...{ school, reference: `${period}-${school}`, rows: grades.length },
        isValid: rules === STANDARD_RULES,
      })),
    reports: (period) => schools.map(({ school, grades }) => ({ reference: `${period}-${school}`, school, period, rows: grades })),
  };
}
