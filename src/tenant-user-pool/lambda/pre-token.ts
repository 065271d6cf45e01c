import { rejectionLine } from './log-line';
import { type Directory, membershipOf, NoMembership } from './membership';
import { type PreTokenEvent, type PreTokenResponse, userOf } from './pre-token-event';

/** Names of the claims. The tenant's is also the name of the user attribute that repeats the tenant. */
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
    const { tenant, tier, roles } = await membershipOf(dependencies.directory, user, dependencies.tiers);
    // The attribute may come from sign-up, an import or an identity provider. It does not decide the tenant, but must not contradict the
    // directory.
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
