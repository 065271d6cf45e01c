import type { Stack } from 'aws-cdk-lib';
import { ApiGatewayLogRole } from '../../src';

/** Minimal and maximal are the same: the construct has no props and no grants. */
export function minimal(stack: Stack): void {
  new ApiGatewayLogRole(stack, 'LogRole');
}

export const maximal = minimal;
