import type { Stack } from 'aws-cdk-lib';
import { ApiGatewayLogRole } from '../../src';

/** The two are one: it has no props, and grants nothing. */
export function minimal(stack: Stack): void {
  new ApiGatewayLogRole(stack, 'LogRole');
}

export const maximal = minimal;
