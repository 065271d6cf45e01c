import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { invalid } from './base/invalid';

/** Rejects a name that no log group can have. Documented: "CreateLogGroup", logGroupName. */
export function checkName(scope: IConstruct, name: string | undefined): void {
  if (name === undefined || Token.isUnresolved(name) || /^[\w.-]{1,64}$/.test(name)) return;
  invalid(scope, 'name', name, '1 to 64 letters, digits, dots, hyphens and underscores');
}
