import { createHash } from 'node:crypto';
import type { Identity, Json } from '../contracts';
import type { Environment } from './template';

/** CloudFormation ends a generated name with 12 of these characters. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const SUFFIX = 12;

/**
 * The identity of a resource. It depends only on the names of the stack and the resource, so that the same assembly gets the same names in
 * each run.
 *
 * @param key `<stack>.<logicalId>` of the assembly
 */
export function identityOf(
  environment: Environment,
  stack: string,
  logicalId: string,
  key: string,
  property: (name: string) => Json | undefined,
): Identity {
  return {
    ...environment,
    stack,
    logicalId,
    property,
    name: (name, maximumLength) => {
      const given = property(name);
      return given === undefined ? generatedName(stack, logicalId, key, maximumLength) : String(given);
    },
    token: (length) => letters(`token ${key}`, length, ALPHABET.slice(26)),
  };
}

/** A name in CloudFormation's format. If it is too long, the stack name and the logical id are cut, never the suffix. */
export function generatedName(stack: string, logicalId: string, key: string, maximumLength = Number.POSITIVE_INFINITY): string {
  const room = maximumLength - SUFFIX - 2;
  const half = Math.ceil(room / 2);
  const front = stack.slice(0, Math.max(half, room - logicalId.length));
  const back = logicalId.slice(0, room - front.length);
  return `${front}-${back}-${letters(`name ${key}`, SUFFIX, ALPHABET)}`;
}

function letters(seed: string, length: number, alphabet: string): string {
  let result = '';
  for (let round = 0; result.length < length; round++) {
    for (const byte of createHash('sha256').update(`${seed} ${round}`).digest()) {
      result += alphabet[byte % alphabet.length];
    }
  }
  return result.slice(0, length);
}
