import type { Stack } from 'aws-cdk-lib';
import { rulePacks } from '../integ/reports/nag/packs';

/** What all six rule packs find in a stack and what has not been acknowledged, as `<rule> <construct path>`, sorted. */
export function violations(stack: Stack): string[] {
  return rulePacks()
    .flatMap((pack) => pack.validateScope(stack).violations)
    .flatMap(({ ruleName, violatingResources }) => violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`))
    .sort();
}
