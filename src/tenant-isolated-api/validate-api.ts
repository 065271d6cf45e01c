import { Duration, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { IAccessTokenIssuer } from '../core';
import { isWholeBetween, wholeBetween } from '../core/private/duration-range';
import { checkName } from '../core/private/log-name';
import { Problems } from '../core/private/problems';
import type { ITenantDirectory } from '../tenant-directory';
import { checkIssuer } from './check-issuer';

/** What of an API's props can be wrong. */
export interface CheckedApiProps {
  readonly name?: string;
  readonly directory: ITenantDirectory;
  readonly issuer: IAccessTokenIssuer;
  readonly allowedOrigins?: string[];
  readonly authorizationCache?: Duration;
}

/** Props with their defaults. What is wrong is left out: the app can't be synthesized then. */
export interface ValidApiProps {
  readonly allowedOrigins: string[];
  readonly authorizationCache: Duration;
}

const DEFAULT_CACHE = Duration.minutes(1);
/** Documented: AuthorizerResultTtlInSeconds. */
const LONGEST_CACHE = Duration.hours(1);
const ORIGIN = /^(https:\/\/[a-z0-9.-]+(:\d+)?|http:\/\/localhost(:\d+)?)$/;

/** Reports what would let in the wrong pages or the wrong tenants, and what API Gateway would reject half-way through a deployment. */
export function validateApi(scope: IConstruct, props: CheckedApiProps): ValidApiProps {
  const problems = new Problems(scope);
  const { issuer, allowedOrigins = [], authorizationCache = DEFAULT_CACHE } = props;
  if (issuer.clients.length === 0) problems.add('issuer.clients', issuer.clients, 'at least one app client whose tokens are accepted');
  checkName(problems, props.name);
  checkIssuer(problems, props);
  const isCacheRight = isWholeBetween(authorizationCache, 'seconds', Duration.seconds(0), LONGEST_CACHE);
  if (!isCacheRight) {
    problems.add(
      'authorizationCache',
      authorizationCache,
      `${wholeBetween(authorizationCache, 'seconds', Duration.seconds(0), LONGEST_CACHE)}`,
    );
  }
  return {
    allowedOrigins: allowedOrigins.filter((origin, position) => isOrigin(problems, `allowedOrigins[${position}]`, origin)),
    authorizationCache: isCacheRight ? authorizationCache : DEFAULT_CACHE,
  };
}

function isOrigin(problems: Problems, property: string, origin: string): boolean {
  if (Token.isUnresolved(origin)) {
    problems.add(property, origin, 'a value that is known at synthesis: it becomes part of templates');
    return false;
  }
  if (!ORIGIN.test(origin)) {
    problems.add(property, origin, 'one origin, https://… or http://localhost…, without a path: never *');
    return false;
  }
  return true;
}
