import type { Stack } from 'aws-cdk-lib';
import { MockIntegration } from 'aws-cdk-lib/aws-apigateway';
import {
  type AddRouteOptions,
  type ApiRoute,
  type ApiTargetConfig,
  Firewall,
  type ITenantIsolatedApi,
  RouteAuthorization,
  Tenancy,
  TenantDirectory,
  TenantIsolatedApi,
  TenantIsolatedApiAlarms,
  type TenantIsolatedApiAttributes,
  TenantIsolatedApiMetrics,
  type TenantIsolatedApiProps,
  Tier,
} from '../../../src';
import { addRouteTo } from '../../../src/core/private/api-method';
import { ingestPath, restApi } from '../../buffered-ingest-path/fixtures';
import { testStack } from '../../synth';
import { bareApi, target, tenancy, tenantApi } from '../../tenant-isolated-api/fixtures';

import { all, type Case, define, functionArn, keptAsScopeSays, lacks, none } from './case';

const route = { integration: new MockIntegration() };

/** What a target sees of a public route, and of a route on a RestApi of its own. */
function seenRoutes(stack: Stack): ApiRoute[] {
  const seen: ApiRoute[] = [];
  const bind = (of: ApiRoute): ApiTargetConfig => {
    seen.push(of);
    return route;
  };
  bareApi(stack).addRoute('GET /health', { bind }, { authorization: RouteAuthorization.anyone('health checks have no token') });
  const { api, authorizer } = restApi(stack, 'Own');
  addRouteTo(api.root, 'GET', { bind }, { authorizer });
  return seen;
}

/** By the name of the interface. */
export const API: Readonly<Record<string, Case>> = {
  AddRouteOptions: define<AddRouteOptions>({
    create: (stack, options) => bareApi(stack).addRoute('POST /grades', target(stack), options),
    described: {
      operationName: lacks('AWS::ApiGateway::Method', 'OperationName'),
      requestSchema: (stack) => {
        none('AWS::ApiGateway::Model')(stack);
        lacks('AWS::ApiGateway::Method', 'RequestModels')(stack);
        const other = testStack();
        bareApi(other).addRoute('POST /visits', ingestPath(other));
        expect(all(other, 'AWS::ApiGateway::Model')).toHaveLength(1);
      },
      throttle: (stack) => {
        const [{ MethodSettings }] = all(stack, 'AWS::ApiGateway::Stage');
        const quota = { HttpMethod: '*', ThrottlingRateLimit: 10_000, ThrottlingBurstLimit: 5_000 };
        expect(MethodSettings).toEqual([expect.objectContaining(quota)]);
      },
    },
  }),
  ApiRoute: define({
    create: seenRoutes,
    described: {
      tenantContextKey: (_, [withoutToken, own]: ApiRoute[]) => {
        expect(withoutToken).not.toHaveProperty('tenantContextKey');
        expect(own.tenantContextKey).toBe('tenantId');
      },
      tenantNoun: (_, [ofTenancy, own]: ApiRoute[]) => {
        expect(ofTenancy.tenantNoun).toBe('school');
        expect(own.tenantNoun).toBeUndefined();
      },
    },
  }),
  ApiTargetConfig: define<ApiTargetConfig>({
    create: (stack, config) => bareApi(stack).addRoute('POST /grades', { bind: () => ({ ...route, ...config }) }),
    described: { requestSchema: none('AWS::ApiGateway::Model'), vpcLinkTargets: none('AWS::ApiGateway::VpcLink') },
  }),
  FirewallOptions: define({
    create: (stack, options) => {
      tenantApi(stack, { firewall: Firewall.blocking(options) });
      return Math.max(...tenancy.tiers.map(({ rate }) => rate));
    },
    described: {
      requestsPerAddress: (stack, largestRate: number) => {
        const limit = { RateBasedStatement: expect.objectContaining({ Limit: 2 * 5 * 60 * largestRate }) };
        const [{ Rules }] = all(stack, 'AWS::WAFv2::WebACL');
        expect(Rules).toContainEqual(expect.objectContaining({ Statement: limit }));
      },
    },
  }),
  TenantIsolatedApiAttributes: define<TenantIsolatedApiAttributes>({
    create: (stack, attributes) => {
      const own = { restApiId: 'a1b2c3', restApiName: 'Api', authorizerFunctionArn: functionArn, onboardingArn: functionArn };
      const api = TenantIsolatedApi.fromTenantIsolatedApiAttributes(stack, 'Api', { ...own, ...attributes });
      TenantIsolatedApiAlarms.fromTenantIsolatedApi(api).all();
      return api;
    },
    described: {
      webAclName: (_, api: ITenantIsolatedApi) =>
        expect(() => TenantIsolatedApiMetrics.fromTenantIsolatedApi(api).metricBlocked()).toThrow(/webAclName|firewall/),
    },
  }),
  TenantIsolatedApiProps: define<TenantIsolatedApiProps>({
    create: (stack, props) => tenantApi(stack, props),
    described: {
      logRetention: (stack) => {
        const days = all(stack, 'AWS::Logs::LogGroup').map(({ RetentionInDays }) => RetentionInDays);
        expect([...days].sort()).toEqual([30, 30, 30, 90]);
        keptAsScopeSays((other) => tenantApi(other));
      },

      domain: (stack) => {
        none('AWS::ApiGateway::DomainName')(stack);
        lacks('AWS::ApiGateway::RestApi', 'DisableExecuteApiEndpoint')(stack);
      },
      name: (stack, api: TenantIsolatedApi) => {
        // The log group of the firewall needs a name that begins with aws-waf-logs-.
        const named = all(stack, 'AWS::Logs::LogGroup').filter((group) => 'LogGroupName' in group);
        expect(named).toHaveLength(1);
        const other = tenantApi(api, {}, 'Other');
        expect(stack.resolve(other.restApi.restApiName)).not.toEqual(stack.resolve(api.restApi.restApiName));
      },
    },
  }),
  TierLimits: define({
    create: (stack, limits) => {
      const tier = Tier.of('standard', { rate: 50, burst: 100, ...limits });
      const directory = new TenantDirectory(stack, 'Directory', { tenancy: Tenancy.of('school', { tiers: [tier] }) });
      tenantApi(stack, { directory });
    },
    described: { quotaPerDay: lacks('AWS::ApiGateway::UsagePlan', 'Quota') },
  }),
};
