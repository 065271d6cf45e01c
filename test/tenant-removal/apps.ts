import { Duration, type Stack } from 'aws-cdk-lib';
import { notified } from '../notified';
import { secureFunction } from '../secure-function/fixtures';
import { removalFromAll, tenantRemoval } from './fixtures';

export function minimal(stack: Stack): void {
  tenantRemoval(stack);
}

export function maximal(stack: Stack): void {
  const removal = removalFromAll(stack, { holdPeriod: Duration.days(60) });
  removal.grants.start(secureFunction(stack, {}, 'Operations'));
  notified(stack, ...removal.alarms.all());
}
