import type { Stack } from 'aws-cdk-lib';
import { TenantDirectory } from '../../src';
import { secureFunction } from '../secure-function/fixtures';
import { tenancy } from '../tenant-isolated-api/fixtures';

export function minimal(stack: Stack): void {
  new TenantDirectory(stack, 'Directory', { tenancy });
}

export function maximal(stack: Stack): void {
  const { grants } = new TenantDirectory(stack, 'Directory', { tenancy });
  grants.read(secureFunction(stack, {}, 'Reader'));
  grants.manage(secureFunction(stack, {}, 'Manager'));
}
