import type { IConstruct } from 'constructs';
import { type AppResources, checkAtSynthesis } from '../app-resources';
import { warnLate } from '../late-warning';

/** A limit of AWS. */
export interface Limit {
  /** What is counted: `permissions to invoke Test/Function, in bytes`. */
  readonly property: string;
  readonly most: number;
  /** The page of the AWS documentation, and its row. */
  readonly source: string;
  /** What the user can do, as a sentence. */
  readonly remedy: string;
}

/** A limit that AWS raises on request. */
export interface Quota extends Limit {
  /** Id of the warning, without `cdk-andamio:`. */
  readonly id: string;
}

/** Reports an exceeded limit as an error at synthesis, because the deployment would fail. */
export function addLimit(scope: IConstruct, limit: Limit, measure: (app: AppResources) => number): void {
  checkAtSynthesis(scope, (app) => {
    const value = measure(app);
    return value <= limit.most ? [] : [exceeded(scope, limit, value)];
  });
}

/** Reports an exceeded quota as a warning, because the account's quota may be higher than the default. */
export function addQuota(scope: IConstruct, quota: Quota, measure: (app: AppResources) => number): void {
  checkAtSynthesis(scope, (app) => {
    const value = measure(app);
    if (value > quota.most) warnLate(scope, quota.id, exceeded(scope, quota, value), 'the raised quota');
    return [];
  });
}

export function exceeded({ node }: IConstruct, { property, most, source, remedy }: Limit, value: number): string {
  return `${node.path}: ${value} ${property} exceed the limit of ${most} (${source}). ${remedy}`;
}
