import type { IConstruct } from 'constructs';
import type { IAccessTokenIssuer } from '../core';
import type { ITenantDirectory } from '../tenant-directory';

/** A TenantUserPool that is created in this app, or imported. */
export interface ITenantUserPool extends IConstruct, IAccessTokenIssuer {
  /** The directory of tenants and their members. */
  readonly directory: ITenantDirectory;
}

/** Attributes of a TenantUserPool that is created in another stack or app. */
export interface TenantUserPoolAttributes {
  /** Id of the user pool. */
  readonly userPoolId: string;
  /** Ids of the app clients whose tokens are accepted, at least one. */
  readonly clientIds: string[];
  /** The directory that the pool's trigger reads, imported or not. */
  readonly directory: ITenantDirectory;
}
