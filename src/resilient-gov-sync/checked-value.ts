import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { invalid } from '../core/private/base/invalid';
import { having, type Kind } from '../core/private/base/kinds';

export const FUNCTION = having<IFunction>('a Lambda function: new SecureFunction(…).function', 'functionArn', 'grantInvoke');

/** @throws when the argument of a static method is of another kind */
export function checkValue<T>(where: string, property: string, value: T, { accepts, expected }: Kind<T>): void {
  if (!accepts(value)) invalid(where, property, value, expected);
}
