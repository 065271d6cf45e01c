import type { IConstruct } from 'constructs';
import { type AppResources, checkAtSynthesis } from '../app-resources';
import { warnLate } from '../late-warning';

/** The most that AWS takes of something. */
export interface Limit {
  /** What is counted: `permissions to invoke Test/Function, in bytes`. */
  readonly property: string;
  readonly most: number;
  /** Where AWS says so: the title of the page, and the row. */
  readonly source: string;
  /** What can be done, as a sentence. */
  readonly remedy: string;
}

/** A limit that an account can have raised. */
export interface Quota extends Limit {
  /** Id of the warning, without the library's name. */
  readonly id: string;
}

/** Makes what a deployment would fail at an error at synthesis: counted when everything has been added. */
export function addLimit(scope: IConstruct, limit: Limit, measure: (app: AppResources) => number): void {
  checkAtSynthesis(scope, (app) => {
    const value = measure(app);
    return value <= limit.most ? [] : [exceeded(scope, limit, value)];
  });
}

/** The same for what an account can have raised: a warning, because its quota may be higher than AWS's default. */
export function addQuota(scope: IConstruct, quota: Quota, measure: (app: AppResources) => number): void {
  checkAtSynthesis(scope, (app) => {
    const value = measure(app);
    if (value > quota.most) warnLate(scope, quota.id, exceeded(scope, quota, value), 'what the quota was raised to');
    return [];
  });
}

function exceeded({ node }: IConstruct, { property, most, source, remedy }: Limit, value: number): string {
  return `${node.path}: ${value} ${property} exceed the limit of ${most} (${source}). ${remedy}`;
}
