import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, RemovalPolicies, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import {
  AccessTokenIssuer,
  ApiGatewayLogRole,
  DataDestruction,
  FunctionTarget,
  Tenancy,
  TenantDirectory,
  TenantIsolatedApi,
  TenantUserPool,
  Tier,
} from '../src';
import { signedInTeacher } from './signed-in-teacher';

/** A tenant is onboarded, one of its users signs in and calls the API, and is denied when the tenant is suspended. */
const app = new App();
const stack = new Stack(app, 'TenantIsolatedApiDefault');
DataDestruction.allow(stack);
// The role belongs to the account, which must not change.
ApiGatewayLogRole.alreadyExists(app);
const removalPolicy = RemovalPolicy.DESTROY;
const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
const directory = new TenantDirectory(stack, 'Directory', { tenancy, removalPolicy });
const users = new TenantUserPool(stack, 'Users', {
  directory,
  callbackUrls: ['https://schools.example/signed-in'],
  removalPolicy,
});
// Assertions have no browser, so this additional client accepts the password.
const tester = users.userPool.addClient('Tester', { authFlows: { adminUserPassword: true }, disableOAuth: true });
const { userPool, tenantClaim, tierClaim } = users;
const issuer = AccessTokenIssuer.fromUserPool(userPool, { clients: [users.client, tester], tenantClaim, tierClaim });
const api = new TenantIsolatedApi(stack, 'Api', { directory, issuer, removalPolicy });
const echo = new LambdaFunction(stack, 'Echo', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromInline(
    'exports.handler = async ({ requestContext: { authorizer } }) => ({ statusCode: 200, body: JSON.stringify({ tenant: authorizer.tenantId, tier: authorizer.tier }) });',
  ),
});
api.addRoute('GET /echo', FunctionTarget.of(echo));
// Removes everything from the account.
RemovalPolicies.of(stack).destroy();

const { assertions } = new IntegTest(app, 'Test', { testCases: [stack] });
const url = api.restApi.urlForPath('/echo');
const { calls, authorization, onboarding } = signedInTeacher(assertions, api, userPool, tester);
const get = (Authorization?: string) =>
  assertions.httpApiCall(url, { method: 'GET', ...(Authorization === undefined ? {} : { headers: { Authorization } }) });

const anonymous = get().expect(ExpectedResult.objectLike({ status: 401, body: { message: 'Unauthorized' } }));
const forged = get('Bearer none.of.these').expect(ExpectedResult.objectLike({ status: 401, body: { message: 'Unauthorized' } }));
const member = get(authorization).expect(ExpectedResult.objectLike({ status: 200, body: { tenant: 'harbour-school', tier: 'standard' } }));
const suspended = onboarding({ action: 'suspend', tenants: [{ tenant: 'harbour-school' }] });
const denied = get(authorization).expect(ExpectedResult.objectLike({ status: 403, body: { message: 'Forbidden' } }));

[...calls, anonymous, forged, member, suspended, denied].reduce((call, next) => call.next(next));
