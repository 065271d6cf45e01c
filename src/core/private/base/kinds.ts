import { type Duration, RemovalPolicy, Token } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** The type of a prop, as far as it can be told from a value. */
export interface Kind<T> {
  /** What would be right: what follows "expected". */
  readonly expected: string;
  readonly accepts: (value: unknown) => value is T;
}

/**
 * An object that has the members by which it is known. Not `instanceof`: an app can have two copies of the CDK or of this package, and other
 * languages implement interfaces with objects of their own.
 *
 * @param expected the class and how to get one of it
 * @param members required ones, few of which another class has
 */
export function having<T extends object>(expected: string, ...members: (keyof T)[]): Kind<T> {
  return {
    expected,
    accepts: (value): value is T => typeof value === 'object' && value !== null && members.every((member) => member in value),
  };
}

export function listOf<T>(kind: Kind<T>, expected: string): Kind<T[]> {
  return { expected, accepts: (value): value is T[] => Array.isArray(value) && value.every((one) => kind.accepts(one)) };
}

/** An object literal: a struct whose members are checked elsewhere, or a map. */
export function literal<T extends object>(expected: string): Kind<T> {
  return {
    expected,
    accepts: (value): value is T => typeof value === 'object' && value !== null && !Array.isArray(value) && !('node' in value),
  };
}

/** @param name how users write the enum */
export function oneOf<T extends string | number>(name: string, values: Readonly<Record<string, T | string>>): Kind<T> {
  // A numeric enum also has its numbers as keys, with names as values.
  const members = Object.entries(values).flatMap(([key, value]) => (Number.isNaN(Number(key)) ? [value] : []));
  return { expected: `a value of ${name}`, accepts: (value): value is T => members.includes(value as T) };
}

/** A token may stand for it, and some tokens are objects: those have a creation stack. A Stack has `resolve` too, and is none. */
function primitive<T>(example: T, expected: string): Kind<T> {
  return { expected, accepts: (value): value is T => typeof value === typeof example || isTokenObject(value) };
}

function isTokenObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'creationStack' in value && Token.isUnresolved(value);
}

export const STRING = primitive('', 'a string');
export const NUMBER = primitive(0, 'a number');
export const BOOLEAN = primitive<boolean>(true, 'true or false');
export const DURATION = having<Duration>('a Duration, such as Duration.minutes(5)', 'toSeconds', 'isUnresolved');
export const KEY = having<IKey>('a KMS key: new Key(…), or Key.fromKeyArn(…)', 'keyArn', 'keyId');
export const REMOVAL_POLICY = oneOf<RemovalPolicy>('RemovalPolicy', RemovalPolicy);
export const RETENTION_DAYS = oneOf<RetentionDays>('RetentionDays, because CloudWatch Logs supports only those periods', RetentionDays);
