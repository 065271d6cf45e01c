/** A report as a client sends it. */
export interface Report {
  /** The client's own name of the report: the same for a corrected one. */
  readonly reference: string;
  readonly school: string;
  readonly period: string;
  readonly rows: readonly Row[];
}

export interface Row {
  readonly student: string;
  readonly course: string;
  readonly grade: number;
}

/** Why a report is invalid, for ever. */
export interface Invalid {
  readonly code: string;
  readonly message: string;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.length > 0 && value.length <= 128;
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The reference in a body, also of an invalid report. */
export function referenceOf(body: string): string | undefined {
  const value = parsed(body);
  return isObject(value) && isText(value.reference) ? value.reference : undefined;
}

/** Reads a report, or says why it is invalid. */
export function readReport(body: string): Report | Invalid {
  const value = parsed(body);
  if (!isObject(value)) return { code: 'INVALID_JSON', message: 'The body is not a JSON object.' };
  const { reference, school, period, rows } = value;
  for (const [name, text] of Object.entries({ reference, school }))
    if (!isText(text)) return { code: 'INVALID_FIELD', message: `${name} is not a text of 1 to 128 characters.` };
  if (typeof period !== 'string' || !/^\d{4}Q[1-4]$/.test(period)) return { code: 'INVALID_PERIOD', message: 'period is not like 2026Q4.' };
  if (!Array.isArray(rows)) return { code: 'INVALID_ROWS', message: 'rows is not a list.' };
  const wrong = rows.findIndex((row) => !isRow(row));
  if (wrong >= 0) return { code: 'INVALID_ROW', message: `rows[${wrong}] needs a student, a course and a grade from 0 to 10.` };
  return { reference, school, period, rows } as Report;
}

function isRow(row: unknown): row is Row {
  if (!isObject(row)) return false;
  const { student, course, grade } = row;
  return isText(student) && isText(course) && typeof grade === 'number' && grade >= 0 && grade <= 10;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
