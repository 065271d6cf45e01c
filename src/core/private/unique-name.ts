import { createHash } from 'node:crypto';
import { Fn, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { outermostStack } from './base/outermost-stack';

const HASH_CHARACTERS = 8;

/**
 * Returns a name that is unique in account and Region: the name of the top-level stack and the path below it. `Names.uniqueResourceName`
 * starts at the innermost stack, so that two nested stacks could get the same name.
 *
 * @param most maximum length
 */
export function uniqueName(construct: IConstruct, most: number): string {
  const stack = outermostStack(construct);
  const below = construct.node.path.slice(stack.node.path.length).split('/').slice(1);
  const stackName = Token.isUnresolved(stack.stackName) ? stack.node.id : stack.stackName;
  const parts = [stackName, ...below].map((part) => part.replace(/[^A-Za-z0-9]/g, ''));
  return hashedName(parts.join('-'), [stackName, ...below].join('/'), most);
}

/** Returns the beginning of a name and the hash of what it stands for: at most so many characters. */
export function hashedName(name: string, of: string, most: number): string {
  return `${name.slice(0, most - HASH_CHARACTERS - 1)}-${shortHash(of)}`;
}

/** Returns a short hash of a text, for names and construct ids. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_CHARACTERS);
}

/** The last twelve digits of the UUID that a stack's id ends with: `arn:…:stack/<name>/<uuid>`. They differ when a stack is created again. */
export function endOfStackId(scope: IConstruct): string {
  return Fn.select(4, Fn.split('-', Fn.select(2, Fn.split('/', Stack.of(scope).stackId))));
}
