import * as cdk from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Internal to the CDK, so that a version may lack them or take something else. */
interface CdkErrors {
  readonly ValidationError?: new (name: string, message: string, scope: IConstruct) => Error;
  readonly UnscopedValidationError?: new (name: string, message: string) => Error;
}

/** What the CDK's command line counts errors by. */
const NAME = 'InvalidProps';

/** The path of a construct, or the name of a value class, as messages begin with it. */
export function placeOf(where: IConstruct | string): string {
  return typeof where === 'string' ? where : where.node.path || '<root>';
}

/**
 * An error of the caller's props. It is the CDK's own ValidationError where there is one: that ends in the construct tree, and its first
 * frame is the caller's code, not this package's.
 */
export function errorAt(where: IConstruct | string, message: string): Error {
  return cdkError(cdk as unknown as CdkErrors, where, message) ?? new Error(message);
}

/** Nothing where this version of the CDK has no such error, or makes another one of the same values. */
export function cdkError(errors: CdkErrors, where: IConstruct | string, message: string): Error | undefined {
  try {
    const { ValidationError, UnscopedValidationError } = errors;
    const error =
      typeof where === 'string'
        ? UnscopedValidationError && new UnscopedValidationError(NAME, message)
        : ValidationError && new ValidationError(NAME, message, where);
    return error?.message === message ? error : undefined;
  } catch {
    return undefined;
  }
}
