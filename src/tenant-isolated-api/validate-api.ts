import { type Duration, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { IAccessTokenIssuer } from '../core';
import { refuse } from '../core/private/base/refuse';
import { checkName } from '../core/private/log-name';
import type { Tenancy } from '../tenancy';
import type { TenantDirectory } from '../tenant-directory';
import { checkIssuer } from './check-issuer';

/** What of an API's props can be wrong. */
export interface CheckedApiProps {
  readonly name?: string;
  readonly tenancy: Tenancy;
  readonly directory: TenantDirectory;
  readonly issuer: IAccessTokenIssuer;
  readonly allowedOrigins?: string[];
  readonly authorizationCache?: Duration;
}

/** Documented: AuthorizerResultTtlInSeconds, in seconds. */
const LONGEST_CACHE = 3_600;

/** Refuses what would let in the wrong pages or the wrong tenants, and what API Gateway would refuse half-way through a deployment. */
export function validateApi(scope: IConstruct, props: CheckedApiProps): void {
  const { tenancy, directory, issuer, allowedOrigins = [], authorizationCache } = props;
  if (directory.tenancy.tenant !== tenancy.tenant) {
    refuse(scope, 'directory.tenancy.tenant', directory.tenancy.tenant, `be ${tenancy.tenant}, as of this API`);
  }
  if (issuer.clients.length === 0) refuse(scope, 'issuer.clients', issuer.clients, 'name the app clients whose tokens let in');
  allowedOrigins.forEach((origin, position) => {
    if (Token.isUnresolved(origin)) refuse(scope, `allowedOrigins[${position}]`, origin, 'be known at synthesis: it stands in templates');
    if (!/^(https:\/\/[a-z0-9.-]+(:\d+)?|http:\/\/localhost(:\d+)?)$/.test(origin)) {
      refuse(scope, `allowedOrigins[${position}]`, origin, 'be one origin, https://… or http://localhost…, without a path: never *');
    }
  });
  checkName(scope, props.name);
  checkIssuer(scope, props);
  if (authorizationCache === undefined || authorizationCache.isUnresolved()) return;
  const seconds = authorizationCache.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds > LONGEST_CACHE) {
    refuse(scope, 'authorizationCache', authorizationCache, `be whole seconds, at most ${LONGEST_CACHE}`);
  }
}
