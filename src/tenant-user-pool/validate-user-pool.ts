import { Duration, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { refuse } from '../core/refuse';
import type { Tenancy } from '../tenancy';
import type { TenantDirectory } from '../tenant-directory';

/** What of a pool's props can be wrong. */
export interface CheckedUserPoolProps {
  readonly tenancy: Tenancy;
  readonly directory: TenantDirectory;
  readonly callbackUrls: string[];
  readonly logoutUrls?: string[];
  readonly domainPrefix?: string;
  readonly accessTokenValidity?: Duration;
  readonly refreshTokenValidity?: Duration;
}

/** Documented: "Working with user attributes": at most 20 characters, without `custom:`. */
const LONGEST_ATTRIBUTE = 20;

/** Refuses what Cognito would refuse half-way through a deployment, and addresses to which a code could be stolen. */
export function validateUserPool(scope: IConstruct, props: CheckedUserPoolProps): void {
  const { tenancy, directory, callbackUrls, logoutUrls = [], domainPrefix } = props;
  const longest = LONGEST_ATTRIBUTE - '_id'.length;
  if (tenancy.tenant.length > longest) {
    refuse(scope, 'tenancy.tenant', tenancy.tenant, `have at most ${longest} characters: with _id it names an attribute of Cognito`);
  }
  if (directory.tenancy.tenant !== tenancy.tenant) {
    refuse(scope, 'directory.tenancy.tenant', directory.tenancy.tenant, `be ${tenancy.tenant}, as of this pool`);
  }
  if (callbackUrls.length === 0) refuse(scope, 'callbackUrls', callbackUrls, 'name an address to come back to after signing in');
  checkUrls(scope, 'callbackUrls', callbackUrls);
  checkUrls(scope, 'logoutUrls', logoutUrls);
  checkDuration(scope, 'accessTokenValidity', props.accessTokenValidity, Duration.minutes(5), Duration.hours(1));
  checkDuration(scope, 'refreshTokenValidity', props.refreshTokenValidity, Duration.hours(1), Duration.days(30));
  if (domainPrefix !== undefined && !Token.isUnresolved(domainPrefix) && !/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(domainPrefix)) {
    refuse(scope, 'domainPrefix', domainPrefix, 'be lower-case letters, digits and hyphens between them, at most 63');
  }
}

function checkUrls(scope: IConstruct, property: string, urls: string[]): void {
  urls.forEach((url, position) => {
    if (Token.isUnresolved(url)) return;
    if (/^https:\/\/[^*\s#]+$/.test(url) || /^http:\/\/localhost(:\d+)?(\/[^*\s#]*)?$/.test(url)) return;
    refuse(scope, `${property}[${position}]`, url, 'be https://… or http://localhost…, one exact address without a fragment');
  });
}

function checkDuration(scope: IConstruct, property: string, value: Duration | undefined, least: Duration, most: Duration): void {
  if (value === undefined || value.isUnresolved()) return;
  const seconds = value.toSeconds({ integral: false });
  if (seconds % 60 === 0 && seconds >= least.toSeconds() && seconds <= most.toSeconds()) return;
  refuse(scope, property, value, `be whole minutes, from ${least.toMinutes()} to ${most.toMinutes()}`);
}
