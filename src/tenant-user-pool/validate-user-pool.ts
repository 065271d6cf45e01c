import { Duration, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { invalid } from '../core/private/base/invalid';
import { inUnitOf, isWholeBetween, wholeBetween } from '../core/private/duration-range';
import { checkName } from '../core/private/log-name';
import { Problems } from '../core/private/problems';
import type { ITenantDirectory } from '../tenant-directory';

/** The props of a pool that are validated. */
export interface CheckedUserPoolProps {
  readonly directory: ITenantDirectory;
  readonly name?: string;
  readonly callbackUrls: string[];
  readonly logoutUrls?: string[];
  readonly domainPrefix?: string;
  readonly accessTokenValidity?: Duration;
  readonly refreshTokenValidity?: Duration;
}

/** Documented: "Working with user attributes": at most 20 characters, without `custom:`. */
const LONGEST_ATTRIBUTE = 20;

/** Documented: "Quotas in Amazon Cognito", callback URLs and logout URLs per app client. */
const MOST_URLS = 100;

/** Default validity of tokens. */
export const DEFAULT_VALIDITY = { accessToken: Duration.minutes(15), refreshToken: Duration.hours(12) };

/** Documented: "Configuring a user pool domain": the text aws, amazon or cognito can't be used in a prefix. */
const RESERVED = /aws|amazon|cognito/;

/** Rejects what Cognito would reject during the deployment, and URLs over which an authorization code could be stolen. */
export function validateUserPool(scope: IConstruct, props: CheckedUserPoolProps): void {
  const { callbackUrls, logoutUrls = [], domainPrefix, name } = props;
  const { noun } = props.directory.tenancy;
  const longest = LONGEST_ATTRIBUTE - '_id'.length;
  if (noun.length > longest) {
    invalid(
      scope,
      'directory.tenancy.noun',
      noun,
      `at most ${longest} characters, because with _id it is the name of an attribute in Cognito`,
    );
  }
  checkName(new Problems(scope), name);
  if (callbackUrls.length === 0) invalid(scope, 'callbackUrls', callbackUrls, 'at least one URL to which users return after they sign in');
  checkUrls(scope, 'callbackUrls', callbackUrls);
  checkUrls(scope, 'logoutUrls', logoutUrls);
  // Documented: "Understanding user pool JSON web tokens", for access tokens; "Refresh tokens": 1 hour to 10 years.
  checkDuration(scope, 'accessTokenValidity', props.accessTokenValidity, Duration.minutes(5), Duration.hours(24));
  checkDuration(scope, 'refreshTokenValidity', props.refreshTokenValidity, Duration.hours(1), Duration.days(30));
  checkOrder(scope, props);
  if (domainPrefix !== undefined) checkPrefix(scope, domainPrefix);
}

function checkUrls(scope: IConstruct, property: string, urls: string[]): void {
  if (urls.length > MOST_URLS) {
    invalid(scope, `${property}.length`, urls.length, `at most ${MOST_URLS}, the limit of Cognito for an app client`);
  }
  urls.forEach((url, position) => {
    if (Token.isUnresolved(url)) return;
    if (/^https:\/\/[^*\s#/?][^*\s#]*$/.test(url) || /^http:\/\/localhost(:\d+)?(\/[^*\s#]*)?$/.test(url)) return;
    invalid(scope, `${property}[${position}]`, url, 'https://… or http://localhost…, one exact address without a fragment');
  });
}

function checkDuration(scope: IConstruct, property: string, value: Duration | undefined, least: Duration, most: Duration): void {
  if (value === undefined || isWholeBetween(value, 'minutes', least, most)) return;
  invalid(scope, property, value, wholeBetween(value, 'minutes', least, most));
}

function checkOrder(scope: IConstruct, props: CheckedUserPoolProps): void {
  const access = props.accessTokenValidity ?? DEFAULT_VALIDITY.accessToken;
  const refresh = props.refreshTokenValidity ?? DEFAULT_VALIDITY.refreshToken;
  if (access.isUnresolved() || refresh.isUnresolved() || access.toSeconds() <= refresh.toSeconds()) return;
  invalid(scope, 'accessTokenValidity', access, `at most refreshTokenValidity, ${inUnitOf(access, refresh)}`);
}

function checkPrefix(scope: IConstruct, prefix: string): void {
  if (Token.isUnresolved(prefix)) return;
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(prefix)) {
    invalid(scope, 'domainPrefix', prefix, 'lower-case letters, digits and hyphens between them, at most 63');
  }
  if (RESERVED.test(prefix)) invalid(scope, 'domainPrefix', prefix, 'a prefix without aws, amazon or cognito, which Cognito reserves');
}
