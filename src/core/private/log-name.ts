import { Token } from 'aws-cdk-lib';
import type { Problems } from './problems';

/** Whether it can be the name of a log group, as far as it is known. Documented: "CreateLogGroup", logGroupName. */
export function isName(name: string): boolean {
  return Token.isUnresolved(name) || /^[\w.-]{1,64}$/.test(name);
}

/** Reports an invalid name of a log group. */
export function checkName(problems: Problems, name: string | undefined): void {
  if (name === undefined || isName(name)) return;
  problems.add('name', name, '1 to 64 letters, digits, dots, hyphens and underscores');
}
