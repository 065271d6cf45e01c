import { type AttributeValue, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { renderKey } from 'cdk-andamio/tenant-sessions';
import { Problem } from './problem';
import type { SchoolData } from './tenant-data';

/** How a school grades. */
export interface Rules {
  readonly minimum: number;
  readonly maximum: number;
  /** Grades are multiples of it. */
  readonly step: number;
  /** The lowest grade that passes. */
  readonly passing: number;
}

/** For a school without rules of its own. */
export const STANDARD_RULES: Rules = { minimum: 0, maximum: 10, step: 0.01, passing: 5 };

/** Reads the rules of a school: one item. */
export async function readRules({ school, table, dynamodb }: SchoolData): Promise<Rules> {
  const key = { pk: { S: renderKey('{tenant}#RULES', { tenant: school }) }, sk: { S: 'GRADING' } };
  const { Item: item } = await dynamodb.send(new GetItemCommand({ TableName: table, Key: key }));
  return item === undefined ? STANDARD_RULES : rulesIn(item);
}

function rulesIn(item: Record<string, AttributeValue>): Rules {
  const number = (name: keyof Rules) => {
    const value = Number(item[name]?.N ?? STANDARD_RULES[name]);
    return Number.isFinite(value) ? value : STANDARD_RULES[name];
  };
  return { minimum: number('minimum'), maximum: number('maximum'), step: number('step'), passing: number('passing') };
}

/** @throws Problem with 400, with what the school's rules allow */
export function checkGrade(grade: number, { minimum, maximum, step }: Rules): void {
  const steps = (grade - minimum) / step;
  if (grade < minimum || grade > maximum || Math.abs(steps - Math.round(steps)) > 1e-6) {
    throw new Problem(400, `body/grade must be a number from ${minimum} to ${maximum}, in steps of ${step}.`);
  }
}
