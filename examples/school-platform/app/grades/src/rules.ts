import { type AttributeValue, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { renderKey } from 'cdk-andamio/tenant-sessions';
import { Problem } from './problem';
import type { SchoolData } from './tenant-data';

/** How a school grades. */
export interface Rules {
  readonly minimum: number;
  readonly maximum: number;
  /** Grades are multiples of it, counted from the minimum. */
  readonly step: number;
  /** The lowest grade that passes. */
  readonly passing: number;
}

/** For a school without rules of its own. */
export const STANDARD_RULES: Rules = { minimum: 0, maximum: 10, step: 0.01, passing: 5 };

/** Reads the rules of a school: one item. */
export async function readRules({ school, table, dynamodb }: SchoolData): Promise<Rules> {
  const key = { pk: { S: renderKey('{tenant}#RULES', { tenant: school }) }, sk: { S: 'GRADING' } };
  const { Item: item } = await dynamodb.send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }));
  return item === undefined ? STANDARD_RULES : rulesIn(item);
}

function rulesIn(item: Record<string, AttributeValue>): Rules {
  const number = (name: keyof Rules) => {
    const value = Number(item[name]?.N ?? STANDARD_RULES[name]);
    return Number.isFinite(value) ? value : STANDARD_RULES[name];
  };
  const step = number('step');
  return {
    minimum: number('minimum'),
    maximum: number('maximum'),
    step: step > 0 ? step : STANDARD_RULES.step,
    passing: number('passing'),
  };
}

/** How far from a step a number may be, as a share of the step: clients calculate with decimals that have no exact binary form. */
const TOLERANCE = 1e-6;
/** Digits that are the same however a number was calculated. */
const EXACT_DIGITS = 12;

/** The step that a number stands for, which is the grade to compare and to store; undefined if the school's rules do not admit it. */
export function admittedGrade(grade: number, { minimum, maximum, step }: Rules): number | undefined {
  const steps = Math.round((grade - minimum) / step);
  if (Math.abs((grade - minimum) / step - steps) > TOLERANCE) return undefined;
  const rounded = Number((minimum + steps * step).toPrecision(EXACT_DIGITS));
  return rounded >= minimum && rounded <= maximum ? rounded : undefined;
}

/** The answer to a grade that the rules do not admit. */
export function notAdmitted({ minimum, maximum, step }: Rules): Problem {
  return new Problem(400, `body/grade must be a number from ${minimum} to ${maximum}, in steps of ${step}.`);
}
