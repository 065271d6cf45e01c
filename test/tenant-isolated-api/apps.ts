import { Duration, type Stack } from 'aws-cdk-lib';
import {
  Firewall,
  FunctionTarget,
  HttpTarget,
  TenantDirectory,
  TenantIsolatedApi,
  type TenantIsolatedApiProps,
  TenantUserPool,
} from '../../src';
import { notified } from '../notified';
import { secureFunction } from '../secure-function/fixtures';
import { tenancy } from './fixtures';

/** An API with all that stands before it; routes are the caller's. */
export function cleanApi(stack: Stack, props: Partial<TenantIsolatedApiProps> = {}): TenantIsolatedApi {
  const { directory = new TenantDirectory(stack, 'Directory', { tenancy }) } = props;
  const issuer = new TenantUserPool(stack, 'Users', { directory, callbackUrls: ['https://app.example/signed-in'] });
  return new TenantIsolatedApi(stack, 'Api', { issuer, ...props, directory });
}

export function minimal(stack: Stack): void {
  cleanApi(stack).addRoute('GET /grades', FunctionTarget.of(secureFunction(stack).function));
}

export function maximal(stack: Stack): void {
  const api = cleanApi(stack, {
    allowedOrigins: ['https://app.example', 'https://other.example'],
    firewall: Firewall.counting({ requestsPerAddress: 10_000 }),
    authorizationCache: Duration.minutes(5),
    name: 'platform',
  });
  api.grants.onboard(secureFunction(stack, {}, 'Operator'));
  api.addRoute('ANY /grades/{proxy+}', FunctionTarget.of(secureFunction(stack).function));
  api.addRoute('GET /reports/{report}', HttpTarget.of('https://reports.example'));
  const { alarms } = api;
  notified(stack, alarms.serverErrorShare(), alarms.undecided(), alarms.authorizerThrottles());
}
