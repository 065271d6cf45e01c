import { rejectionLine } from './log-line';
import { type Directory, membershipOf } from './membership';
import { type PreTokenEvent, type PreTokenResponse, userOf } from './pre-token-event';

/** Names of the claims. The tenant's is also the name of a user attribute, which is not read. */
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
 * Adds the claims of the tokens to the event. Fails closed: it throws on anything unexpected, and Cognito then issues no token.
 *
 * The reason is logged, but not part of the error, because Cognito shows the error's message to the user who signs in.
 */
export async function withMembership<Event extends PreTokenEvent>(
  event: Event,
  dependencies: PreTokenDependencies,
): Promise<Event & { readonly response: PreTokenResponse }> {
  try {
    const user = userOf(event);
    // The attribute of the user with the name of the tenant's claim is not read: it may come from sign-up, an import or an identity
    // provider, and it cannot be changed when the user moves to another tenant. The claim replaces it in both tokens.
    const { tenant, tier, roles } = await membershipOf(dependencies.directory, user, dependencies.tiers);
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
