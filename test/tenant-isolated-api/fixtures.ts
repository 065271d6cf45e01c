import { CfnMethod } from 'aws-cdk-lib/aws-apigateway';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import {
  AccessTokenIssuer,
  ApiGatewayLogRole,
  FunctionTarget,
  Tenancy,
  TenantDirectory,
  TenantIsolatedApi,
  type TenantIsolatedApiProps,
  Tier,
} from '../../src';

export const tenancy = Tenancy.of('school', {
  tiers: [Tier.of('standard', { rate: 50, burst: 100 }), Tier.of('free-trial', { rate: 2, burst: 4, quotaPerDay: 1_000 })],
});

/** A plain CDK user pool. */
export function plainIssuer(scope: Construct, id = 'Pool') {
  const pool = new UserPool(scope, id);
  const clients = [pool.addClient('App', { authFlows: { userSrp: true }, disableOAuth: true })];
  return AccessTokenIssuer.fromUserPool(pool, { clients, tenantClaim: 'custom:school_id', tierClaim: 'custom:tier' });
}

export function target(scope: Construct, id = 'Function'): FunctionTarget {
  const code = Code.fromInline('exports.handler = async () => ({ statusCode: 200 })');
  return FunctionTarget.of(new LambdaFunction(scope, id, { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code }));
}

/** The API of the README, with overrides and without routes. */
export function bareApi(scope: Construct, props: Partial<TenantIsolatedApiProps> = {}, id = 'Api'): TenantIsolatedApi {
  const directory = props.directory ?? new TenantDirectory(scope, `${id}Directory`, { tenancy });
  const issuer = props.issuer ?? plainIssuer(scope, `${id}Pool`);
  const api = new TenantIsolatedApi(scope, id, { ...props, directory, issuer });
  ApiGatewayLogRole.alreadyExists(api);
  return api;
}

/** A method that was added below the constructs. */
export function rawMethod(scope: Construct, { restApi }: TenantIsolatedApi, authorizationType: string): CfnMethod {
  return new CfnMethod(scope, 'Raw', {
    restApiId: restApi.restApiId,
    resourceId: restApi.root.resourceId,
    httpMethod: 'PUT',
    authorizationType,
    integration: { type: 'MOCK' },
  });
}

/** The same with one route. */
export function tenantApi(scope: Construct, props: Partial<TenantIsolatedApiProps> = {}, id = 'Api'): TenantIsolatedApi {
  const api = bareApi(scope, props, id);
  api.addRoute('GET /grades/{student}', target(scope, `${id}Function`));
  return api;
}
