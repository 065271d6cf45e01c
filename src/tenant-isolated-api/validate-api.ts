import { type Duration, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { IAccessTokenIssuer } from '../core';
import { invalid } from '../core/private/base/invalid';
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

/** Rejects what would let in the wrong pages or the wrong tenants, and what API Gateway would reject half-way through a deployment. */
export function validateApi(scope: IConstruct, props: CheckedApiProps): void {
  const { tenancy, directory, issuer, allowedOrigins = [], authorizationCache } = props;
  if (directory.tenancy.tenant !== tenancy.tenant) {
    invalid(scope, 'directory.tenancy.tenant', directory.tenancy.tenant, `${tenancy.tenant}, as of this API`);
  }
  if (issuer.clients.length === 0) invalid(scope, 'issuer.clients', issuer.clients, 'at least one app client whose tokens are accepted');
  allowedOrigins.forEach((origin, position) => {
    if (Token.isUnresolved(origin))
      invalid(scope, `allowedOrigins[${position}]`, origin, 'a value that is known at synthesis: it stands in templates');
    if (!/^(https:\/\/[a-z0-9.-]+(:\d+)?|http:\/\/localhost(:\d+)?)$/.test(origin)) {
      invalid(scope, `allowedOrigins[${position}]`, origin, 'one origin, https://… or http://localhost…, without a path: never *');
    }
  });
  checkName(scope, props.name);
  checkIssuer(scope, props);
  if (authorizationCache === undefined || authorizationCache.isUnresolved()) return;
  const seconds = authorizationCache.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds > LONGEST_CACHE) {
    invalid(scope, 'authorizationCache', authorizationCache, `whole seconds, at most ${LONGEST_CACHE}`);
  }
}
