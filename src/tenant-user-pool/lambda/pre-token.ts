import { rejectionLine } from './log-line';
import { type Directory, membershipOf, NoMembership } from './membership';
import { type PreTokenEvent, type PreTokenResponse, userOf } from './pre-token-event';

/** Names of claims, and of the user's attribute that repeats the tenant. */
export interface Claims {
  readonly tenant: string;
  readonly tier: string;
  readonly roles: string;
}

export interface PreTokenDependencies {
  readonly directory: Directory;
  readonly claims: Claims;
  readonly tiers: readonly string[];
  readonly functionName: string;
  /** Milliseconds since the epoch. */
  now(): number;
  log(line: object): void;
}

/**
 * The event with the claims of the tokens. It fails closed: whatever is not exactly as it must be throws, and Cognito issues no token.
 *
 * The caller is told no reason, because the message reaches whoever signs in; the log is.
 */
export async function withMembership<Event extends PreTokenEvent>(
  event: Event,
  dependencies: PreTokenDependencies,
): Promise<Event & { readonly response: PreTokenResponse }> {
  try {
    const user = userOf(event);
    const { tenant, tier, roles } = await membershipOf(dependencies.directory, user, dependencies.tiers);
    // An attribute that was written at sign-up, by an import or by an identity provider is no authority, but it must not contradict one.
    const attribute = event.request.userAttributes[dependencies.claims.tenant];
    if (attribute !== undefined && attribute !== tenant) throw new NoMembership('the attribute of the user names another tenant', tenant);
    const claims = { [dependencies.claims.tenant]: tenant, [dependencies.claims.tier]: tier, [dependencies.claims.roles]: roles.join(' ') };
    return {
      ...event,
      response: {
        claimsAndScopeOverrideDetails: {
          idTokenGeneration: { claimsToAddOrOverride: claims },
          accessTokenGeneration: { claimsToAddOrOverride: claims },
        },
      },
    };
  } catch (error) {
    dependencies.log(rejectionLine(error, event, { functionName: dependencies.functionName, at: dependencies.now() }));
    throw new Error('Sign-in is not possible');
  }
}
