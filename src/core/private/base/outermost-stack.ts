import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The stack that is deployed by itself: a nested one is deployed with its parent. */
export function outermostStack(scope: IConstruct): Stack {
  let stack = Stack.of(scope);
  while (stack.nestedStackParent !== undefined) stack = stack.nestedStackParent;
  return stack;
}
