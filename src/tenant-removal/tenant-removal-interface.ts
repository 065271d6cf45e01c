import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';

/** A TenantRemoval that is created in this app. */
export interface ITenantRemoval extends IConstruct {
  /** The function that operators invoke. Whoever may invoke it can remove the data of departed tenants: `grants.start(role)`. */
  readonly function: IFunction;
}
