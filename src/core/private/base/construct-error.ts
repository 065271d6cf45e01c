import * as cdk from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The CDK's error classes. They are internal, so a version of the CDK may lack them or change their parameters. */
interface CdkErrors {
  readonly ValidationError?: new (name: string, message: string, scope: IConstruct) => Error;
  readonly UnscopedValidationError?: new (name: string, message: string) => Error;
}

/** Name of the error in the CDK CLI's telemetry. */
const NAME = 'InvalidProps';

/** The start of a message: the path of a construct, or the name of a value class. */
export function placeOf(where: IConstruct | string): string {
  return typeof where === 'string' ? where : where.node.path || '<root>';
}

/**
 * Creates an error about the caller's props: a ValidationError if this version of the CDK has one, because that shows the construct tree
 * and starts its stack trace at the caller's code.
 */
export function errorAt(where: IConstruct | string, message: string): Error {
  return cdkError(cdk as unknown as CdkErrors, where, message) ?? new Error(message);
}

/** Undefined if this version of the CDK lacks the error class, or has one with other parameters. */
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
