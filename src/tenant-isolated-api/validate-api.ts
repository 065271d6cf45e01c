import { Duration, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { IAccessTokenIssuer } from '../core';
import { isWholeBetween, wholeBetween } from '../core/private/duration-range';
import { checkName } from '../core/private/log-name';
import { Problems } from '../core/private/problems';
import type { ITenantDirectory } from '../tenant-directory';
import { checkIssuer } from './check-issuer';

/** The props of an API that are validated. */
export interface CheckedApiProps {
  readonly name?: string;
  readonly directory: ITenantDirectory;
  readonly issuer: IAccessTokenIssuer;
  readonly allowedOrigins?: string[];
  readonly authorizationCache?: Duration;
}

/** Valid props with their defaults. Invalid values are left out, because synthesis fails anyway. */
export interface ValidApiProps {
  readonly allowedOrigins: string[];
  readonly authorizationCache: Duration;
}

const DEFAULT_CACHE = Duration.minutes(1);
/** Documented: AuthorizerResultTtlInSeconds. */
const LONGEST_CACHE = Duration.hours(1);
const ORIGIN = /^(https:\/\/[a-z0-9.-]+(:\d+)?|http:\/\/localhost(:\d+)?)$/;

/** Reports props that would allow the wrong web pages or tenants, or that API Gateway would reject during the deployment. */
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
    problems.add(property, origin, 'a value that is known at synthesis, because it becomes part of mapping templates');
    return false;
  }
  if (!ORIGIN.test(origin)) {
    problems.add(property, origin, 'an origin without a path, https://… or http://localhost…, and never *');
    return false;
  }
  return true;
}
