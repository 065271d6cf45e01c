import type { Variables } from '../runtime/environment';

// Imported by handlers, too: nothing here may import the CDK.

/** Settings of the authorizer. */
export interface AuthorizerSettings {
  readonly USER_POOL_ID: string;
  /** App clients whose tokens are accepted. */
  readonly CLIENT_IDS: string[];
  /** Names of the claims that hold the tenant's id and its tier. */
  readonly TENANT_CLAIM: string;
  readonly TIER_CLAIM: string;
  /** Names of the tenancy's tiers. */
  readonly TIERS: readonly string[];
  /** The secret that API keys are derived from. */
  readonly SECRET_ARN: string;
  /** Scopes that a token must have, by the routes that need some: `GET /grades/{student}`. */
  readonly ROUTE_SCOPES?: Readonly<Record<string, readonly string[]>>;
}

export const AUTHORIZER_VARIABLES: Variables<AuthorizerSettings> = {
  USER_POOL_ID: 'text',
  CLIENT_IDS: 'json',
  TENANT_CLAIM: 'text',
  TIER_CLAIM: 'text',
  TIERS: 'json',
  SECRET_ARN: 'text',
  ROUTE_SCOPES: 'json?',
};

/** Settings of the function that creates and changes tenants. */
export interface OnboardingSettings {
  /** The table of the directory. */
  readonly TABLE_NAME: string;
  /** Ids of usage plans by the names of their tiers. */
  readonly PLANS: Readonly<Record<string, string>>;
  /** The secret that API keys are derived from. */
  readonly SECRET_ARN: string;
  /** Prefix of the names of API keys. */
  readonly KEY_PREFIX: string;
  /** The roles whose sessions end when a tenant is suspended. */
  readonly TENANT_ROLES?: {
    /** The condition key of the session tag: `aws:PrincipalTag/school`. */
    readonly principalTagKey: string;
    /** ARNs of the policies that are the permissions boundaries of the roles. */
    readonly boundaries: readonly string[];
  };
}

export const ONBOARDING_VARIABLES: Variables<OnboardingSettings> = {
  TABLE_NAME: 'text',
  PLANS: 'json',
  SECRET_ARN: 'text',
  KEY_PREFIX: 'text',
  TENANT_ROLES: 'json?',
};
