import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import type { IAccessTokenIssuer } from '../core';
import type { ITenantDirectory } from '../tenant-directory';

/** A TenantUserPool that is created in this app, or imported. */
export interface ITenantUserPool extends IConstruct, IAccessTokenIssuer {
  /** The directory of tenants and their members. */
  readonly directory: ITenantDirectory;
  /** The function that adds the claims to each token, or rejects the sign-in. Undefined for a pool that is imported without it. */
  readonly trigger?: IFunction;
}

/** Attributes of a TenantUserPool that is created in another stack or app. */
export interface TenantUserPoolAttributes {
  /** Id of the user pool. */
  readonly userPoolId: string;
  /** Ids of the app clients whose tokens are accepted, at least one. */
  readonly clientIds: string[];
  /** The directory that the pool's trigger reads, imported or not. */
  readonly directory: ITenantDirectory;
  /**
   * ARN of the function that adds the claims to each token.
   *
   * @default - there are no metrics and alarms of the pool
   */
  readonly triggerArn?: string;
}
