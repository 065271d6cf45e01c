import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The top-level stack of a scope. Nested stacks are deployed with it. */
export function outermostStack(scope: IConstruct): Stack {
  let stack = Stack.of(scope);
  while (stack.nestedStackParent !== undefined) stack = stack.nestedStackParent;
  return stack;
}
