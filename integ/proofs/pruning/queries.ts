import { MANY, type ManySchools } from './many-schools';
import { type Change, DELIVERIES, MONTHS, SCHOOLS } from './records';
import { type Files, type Measured, PROJECTED_MONTHS, type Requests, requestsOf } from './requests';

/** The school and the month of the query that reads least. */
const SCHOOL = SCHOOLS[6].id;
export const MONTH = MONTHS[9];
/** Months of the two years in which there are changes. */
const TWO_YEARS = 24;

/** A query of the lake, and what its conditions name. */
export interface LakeQuery {
  readonly key: 'oneMonth' | 'oneSchool' | 'full' | 'oneMonthOfAll' | 'fullOfAll';
  readonly layout: Files['layout'];
  readonly title: string;
  readonly conditions: string;
  readonly months: readonly (typeof MONTHS)[number][];
  isOf(change: Change): boolean;
  /** For a number of schools. */
  named(schools: number): Parameters<typeof requestsOf>[1];
}

const month = `year = ${MONTH.year} AND month = ${MONTH.month}`;
const years = 'year IN (2025, 2026)';
const isOfSchool = ({ school }: Change) => school === SCHOOL;

export const QUERIES: readonly LakeQuery[] = [
  {
    ...{ key: 'oneMonth', layout: 'perTenant', title: 'one school, one month', conditions: `school = '${SCHOOL}' AND ${month}` },
    ...{ months: [MONTH], isOf: isOfSchool, named: () => ({ schools: 1, months: 1, projected: 1 }) },
  },
  {
    ...{ key: 'oneSchool', layout: 'perTenant', title: 'one school, no month named', conditions: `school = '${SCHOOL}'` },
    ...{ months: MONTHS, isOf: isOfSchool, named: () => ({ schools: 1, months: MONTHS.length, projected: PROJECTED_MONTHS }) },
  },
  {
    ...{ key: 'full', layout: 'perTenant', title: 'all schools by a list, two years' },
    conditions: `school IN (${SCHOOLS.map(({ id }) => `'${id}'`).join(', ')}) AND ${years}`,
    ...{ months: MONTHS, isOf: () => true, named: (schools) => ({ schools, months: MONTHS.length, projected: TWO_YEARS }) },
  },
  {
    ...{ key: 'oneMonthOfAll', layout: 'perMonth', title: 'one school, one month', conditions: `school = '${SCHOOL}' AND ${month}` },
    ...{ months: [MONTH], isOf: isOfSchool, named: () => ({ schools: 1, months: 1, projected: 1 }) },
  },
  {
    ...{ key: 'fullOfAll', layout: 'perMonth', title: 'all schools, two years', conditions: years },
    ...{ months: MONTHS, isOf: () => true, named: (schools) => ({ schools, months: MONTHS.length, projected: TWO_YEARS }) },
  },
];

/** What was asked of S3 for a query of the forty schools, what was expected of it, and what it is for many schools. */
export interface QueryRow {
  readonly query: LakeQuery;
  readonly measured: Measured;
  readonly expected: Requests;
  readonly many: Requests;
}

/** @param longest the simulation of the longest buffer interval, which makes the fewest files */
export function rowOf(query: LakeQuery, measured: Measured, longest: ManySchools): QueryRow {
  const { layout, named } = query;
  const expected = requestsOf({ schools: SCHOOLS.length, months: MONTHS.length, perFolder: DELIVERIES, layout }, named(SCHOOLS.length));
  const perFolder = layout === 'perTenant' ? Math.round(longest.filesPerMonth / MANY) : longest.filesPerMonthOfAll;
  return { query, measured, expected, many: requestsOf({ schools: MANY, months: MONTHS.length, perFolder, layout }, named(MANY)) };
}
