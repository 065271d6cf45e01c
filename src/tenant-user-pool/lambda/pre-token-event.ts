/**
 * The event of the pre-token trigger, as far as it is read. Documented: "Pre token generation Lambda trigger" in the Cognito developer guide,
 * version two.
 */
export interface PreTokenEvent {
  readonly version: string;
  readonly triggerSource: string;
  readonly userPoolId: string;
  readonly callerContext?: { readonly clientId?: string };
  readonly request: {
    /** What the directory of users knows; a client can write some of it. */
    readonly userAttributes: Readonly<Record<string, string>>;
    /** Whatever the client wrote: never read. */
    readonly clientMetadata?: Readonly<Record<string, string>>;
  };
}

/** The tokens of a person who signed in, or who comes back with a refresh token. Machines have no user, and so no membership. */
const SOURCES = [
  'TokenGeneration_HostedAuth',
  'TokenGeneration_Authentication',
  'TokenGeneration_NewPasswordChallenge',
  'TokenGeneration_AuthenticateDevice',
  'TokenGeneration_RefreshTokens',
];

/**
 * What Cognito puts into the tokens. Documented: "Pre token generation Lambda trigger", "Claims and scopes reference": names that begin with
 * `custom:` may be added by `claimsToAddOrOverride`, those that begin with `cognito:` may not.
 */
export interface PreTokenResponse {
  readonly claimsAndScopeOverrideDetails: {
    readonly idTokenGeneration: { readonly claimsToAddOrOverride: Readonly<Record<string, string>> };
    readonly accessTokenGeneration: { readonly claimsToAddOrOverride: Readonly<Record<string, string>> };
  };
}

/** Throws where the event is not one that this trigger is for: a version in which the access token can't be changed would pass in silence. */
export function userOf({ version, triggerSource, request }: PreTokenEvent): string {
  if (version !== '2') throw new Error(`the event has version ${version} instead of 2`);
  if (!SOURCES.includes(triggerSource)) throw new Error(`${triggerSource} is no sign-in of a person`);
  const { sub } = request.userAttributes;
  if (typeof sub !== 'string' || sub === '') throw new Error('the user has no sub');
  return sub;
}
