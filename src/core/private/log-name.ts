import { Token } from 'aws-cdk-lib';
import type { Problems } from './problems';

/** Reports an invalid name of a log group. Documented: "CreateLogGroup", logGroupName. */
export function checkName(problems: Problems, name: string | undefined): void {
  if (name === undefined || Token.isUnresolved(name) || /^[\w.-]{1,64}$/.test(name)) return;
  problems.add('name', name, '1 to 64 letters, digits, dots, hyphens and underscores');
}
