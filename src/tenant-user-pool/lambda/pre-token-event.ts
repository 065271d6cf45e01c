/**
 * The parts of the pre token generation event that are read. Documented: "Pre token generation Lambda trigger" in the Cognito developer
 * guide, event version 2.
 */
export interface PreTokenEvent {
  readonly version: string;
  readonly triggerSource: string;
  readonly userPoolId: string;
  readonly callerContext?: { readonly clientId?: string };
  readonly request: {
    /** Attributes of the user in the user pool. Clients can write some of them. */
    readonly userAttributes: Readonly<Record<string, string>>;
    /** Chosen by the client, and never read. */
    readonly clientMetadata?: Readonly<Record<string, string>>;
  };
}

/** Trigger sources with a user: sign-in and token refresh. Client credentials have no user and therefore no membership. */
const SOURCES = [
  'TokenGeneration_HostedAuth',
  'TokenGeneration_Authentication',
  'TokenGeneration_NewPasswordChallenge',
  'TokenGeneration_AuthenticateDevice',
  'TokenGeneration_RefreshTokens',
];

/**
 * The claims that Cognito adds to the tokens. Documented: "Pre token generation Lambda trigger", "Claims and scopes reference": names that
 * begin with `custom:` can be added by `claimsToAddOrOverride`, names that begin with `cognito:` cannot.
 */
export interface PreTokenResponse {
  readonly claimsAndScopeOverrideDetails: {
    readonly idTokenGeneration: { readonly claimsToAddOrOverride: Readonly<Record<string, string>> };
    readonly accessTokenGeneration: { readonly claimsToAddOrOverride: Readonly<Record<string, string>> };
  };
}

/**
 * Returns the user's `sub`. Throws for unexpected events: in version 1 the response could not change the access token, and Cognito would
 * not report that.
 */
export function userOf({ version, triggerSource, request }: PreTokenEvent): string {
  if (version !== '2') throw new Error(`the event has version ${version} instead of 2`);
  if (!SOURCES.includes(triggerSource)) throw new Error(`the trigger source ${triggerSource} is not a sign-in of a user`);
  const { sub } = request.userAttributes;
  if (typeof sub !== 'string' || sub === '') throw new Error('the user has no sub');
  return sub;
}
