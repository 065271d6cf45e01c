import { join } from 'node:path';
import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, RemovalPolicies, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccessTokenIssuer,
  ApiGatewayLogRole,
  ContainerImageSource,
  DataDestruction,
  Exposure,
  SecureContainerService,
  Tenancy,
  TenantDirectory,
  TenantIsolatedApi,
  TenantUserPool,
  Tier,
} from '../src';
import { signedInTeacher } from './signed-in-teacher';

/**
 * A user of a tenant calls a container service through the API: it gets the tenant of the token, whatever the caller says, and the path without
 * the name of the stage. Its code is not root, and writes to /tmp only.
 */
const app = new App();
const stack = new Stack(app, 'SecureContainerServiceDefault');
DataDestruction.allow(stack);
// It belongs to the account, which is to be as it was.
ApiGatewayLogRole.alreadyExists(app);
const removalPolicy = RemovalPolicy.DESTROY;
const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
const directory = new TenantDirectory(stack, 'Directory', { tenancy, removalPolicy });
const users = new TenantUserPool(stack, 'Users', {
  directory,
  callbackUrls: ['https://schools.example/signed-in'],
  removalPolicy,
});
// Assertions have no browser: beside the app's client this one takes the password.
const tester = users.userPool.addClient('Tester', { authFlows: { adminUserPassword: true }, disableOAuth: true });
const { userPool, tenantClaim, tierClaim } = users;
const issuer = AccessTokenIssuer.fromUserPool(userPool, { clients: [users.client, tester], tenantClaim, tierClaim });
const api = new TenantIsolatedApi(stack, 'Api', { directory, issuer, removalPolicy });
const echo = new SecureContainerService(stack, 'Echo', {
  image: ContainerImageSource.directory(join(__dirname, 'containers', 'echo')),
  exposure: Exposure.internalPlaintext(),
  removalPolicy,
});
api.addRoute('GET /echo/{proxy+}', echo);
// The account is to be as it was.
RemovalPolicies.of(stack).destroy();

const { assertions } = new IntegTest(app, 'Test', { testCases: [stack] });
const url = api.restApi.urlForPath('/echo/a%20b');
const { calls, authorization } = signedInTeacher(assertions, api, userPool, tester);
const get = (headers: Record<string, string>) => assertions.httpApiCall(url, { method: 'GET', headers });

const anonymous = get({}).expect(ExpectedResult.objectLike({ status: 401 }));
const answered = get({ Authorization: authorization, 'X-Tenant-Id': 'other-school', 'X-Tenant-Tier': 'unlimited' }).expect(
  ExpectedResult.objectLike({
    status: 200,
    body: {
      path: '/echo/a%20b',
      tenant: 'harbour-school',
      tier: 'standard',
      user: 1000,
      temporary: 'written',
      elsewhere: 'EROFS',
    },
  }),
);

[...calls, anonymous, answered].reduce((call, next) => call.next(next));
