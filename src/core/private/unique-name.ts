import { createHash } from 'node:crypto';
import { Token } from 'aws-cdk-lib';
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
  const hash = shortHash([stackName, ...below].join('/'));
  return `${parts.join('-').slice(0, most - HASH_CHARACTERS - 1)}-${hash}`;
}

/** Returns a short hash of a text, for names and construct ids. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_CHARACTERS);
}
