import type { IConstruct } from 'constructs';
import type { IAccessTokenIssuer } from '../core';
import type { ITenantDirectory } from '../tenant-directory';

/** A user pool whose access tokens get tenant and tier from a directory, of this app or of another one. */
export interface ITenantUserPool extends IConstruct, IAccessTokenIssuer {
  /** Who belongs to which tenant; its tenancy says which tiers the tokens name. */
  readonly directory: ITenantDirectory;
}

/** A TenantUserPool of another stack or another app. */
export interface TenantUserPoolAttributes {
  /** Id of the user pool. */
  readonly userPoolId: string;
  /** Ids of the app clients whose tokens are accepted, at least one. */
  readonly clientIds: string[];
  /** The directory that its tokens go by, imported or not. */
  readonly directory: ITenantDirectory;
}
