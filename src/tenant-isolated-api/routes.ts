import type { Duration } from 'aws-cdk-lib';
import {
  IdentitySource,
  type IResource,
  type Method,
  RequestAuthorizer,
  type RequestValidator,
  type RestApi,
  type Stage,
} from 'aws-cdk-lib/aws-apigateway';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { ApiTargetConfig, IApiTarget } from '../core';
import { addApiMethod } from '../core/private/api-method';
import { invalid } from '../core/private/base/invalid';
import { acknowledgeAnyone } from './acknowledged-findings';
import { checkThrottle, throttleMethod } from './method-throttle';
import { addPreflight } from './preflight';
import { parseRoute, pathOf, type Route, RouteTable } from './route';
import { RouteAuthorization } from './route-authorization';
import type { AddRouteOptions } from './route-options';
import { ScopedRoutes } from './scoped-routes';

/** What all routes of an API share. */
export interface RoutesProps {
  readonly restApi: RestApi;
  readonly stage: Stage;
  readonly validator: RequestValidator;
  /** The Lambda authorizer, and how long API Gateway caches its decisions. */
  readonly decisions: { readonly handler: LambdaFunction; readonly resultsCacheTtl: Duration };
  readonly allowedOrigins: string[];
  /** The noun of the tenancy. */
  readonly tenantNoun: string;
}

/** The context that the authorizer returns, see lambda/authorize.ts. */
const TENANT_KEY = 'tenantId';
const CONTEXT_KEYS = [TENANT_KEY, 'tier', 'userId'];
const ACCEPTED =
  "A Lambda authorizer verifies the user pool's token and returns the tenant's API key, which a user pool authorizer cannot do.";

/** The routes of an API: their authorizers, validation and integrations. */
export class ApiRoutes {
  private readonly table: RouteTable;
  private readonly scoped: ScopedRoutes;
  private readonly open = new Set<Method>();

  constructor(
    private readonly scope: Construct,
    private readonly props: RoutesProps,
  ) {
    this.table = new RouteTable(scope);
    this.scoped = new ScopedRoutes(scope, props.decisions.handler);
  }

  /** Created on first use, because an authorizer that no method uses cannot be deployed. */
  get authorizer(): RequestAuthorizer {
    const existing = this.existingAuthorizer;
    const identitySources = [IdentitySource.header('Authorization')];
    return existing ?? new RequestAuthorizer(this.scope, 'TokenAuthorizer', { ...this.props.decisions, identitySources });
  }

  /** The authorizers that are in use. */
  get authorizers(): RequestAuthorizer[] {
    return [this.existingAuthorizer, this.scoped.existingAuthorizer].filter((authorizer) => authorizer !== undefined);
  }

  /** Whether a method was added with `RouteAuthorization.anyone`. */
  isOpen(method: Method): boolean {
    return this.open.has(method);
  }

  get isEmpty(): boolean {
    return this.table.isEmpty;
  }

  add(text: string, target: IApiTarget, options: AddRouteOptions): Method {
    const route = parseRoute(this.scope, text);
    // In JavaScript, without types, users may pass the function itself.
    if (typeof target?.bind !== 'function') {
      invalid(
        this.scope,
        `target of '${text}'`,
        target,
        'an ingest path, FunctionTarget.of(function), HttpTarget.of(url), or another IApiTarget',
      );
    }
    const { method, config } = this.addOne(route, target, options);
    for (const path of config.additionalPaths ?? []) {
      this.addOne(parseRoute(this.scope, `${route.httpMethod} ${pathOf(route).replace(/\/$/, '')}/${path}`), target, options);
    }
    return method;
  }

  private addOne(
    route: Route,
    target: IApiTarget,
    options: AddRouteOptions,
  ): { readonly method: Method; readonly config: ApiTargetConfig } {
    const { httpMethod } = route;
    const path = pathOf(route);
    const { restApi, stage, allowedOrigins, tenantNoun, validator } = this.props;
    const { _setting: setting } = options.authorization ?? RouteAuthorization.token();
    this.check(route, options);
    const config = target.bind({
      restApi,
      httpMethod,
      path,
      tenantNoun,
      allowedOrigins,
      ...('anyone' in setting ? {} : { tenantContextKey: TENANT_KEY }),
    });
    this.checkTarget(route, options, config);
    this.table.add(route);
    const resource = this.resourceOf(route);
    const method = addApiMethod(resource, httpMethod, config, {
      ...('anyone' in setting
        ? { apiKeyRequired: false, acceptedBecause: setting.anyone }
        : { apiKeyRequired: true, acceptedBecause: ACCEPTED, authorizer: this.authorizerOf(route, setting.scopes) }),
      requestValidator: validator,
      requestSchema: options.requestSchema,
      requestParameters: options.requestParameters,
      operationName: options.operationName,
    });
    if ('anyone' in setting) {
      this.open.add(method);
      acknowledgeAnyone(method, setting.anyone);
    }
    if (options.throttle !== undefined) throttleMethod(stage, httpMethod, path, options.throttle);
    if (allowedOrigins.length > 0 && resource.node.tryFindChild('OPTIONS') === undefined) addPreflight(resource, allowedOrigins);
    return { method, config };
  }

  private get existingAuthorizer(): RequestAuthorizer | undefined {
    return this.scope.node.tryFindChild('TokenAuthorizer') as RequestAuthorizer | undefined;
  }

  private authorizerOf(route: Route, scopes: readonly string[]): RequestAuthorizer {
    return scopes.length === 0 ? this.authorizer : this.scoped.authorizerOf(route, scopes);
  }

  private check({ httpMethod, ...route }: Route, { throttle }: AddRouteOptions): void {
    if (httpMethod === 'OPTIONS' && this.props.allowedOrigins.length > 0) {
      invalid(
        this.scope,
        'route',
        `${httpMethod} ${pathOf({ httpMethod, ...route })}`,
        'another method: with allowedOrigins, the API itself responds to OPTIONS, for CORS preflight requests',
      );
    }
    if (throttle !== undefined) checkThrottle(this.scope, httpMethod, throttle);
  }

  /** Rejects options of a route that contradict its target. */
  private checkTarget(route: Route, { requestSchema }: AddRouteOptions, config: ApiTargetConfig): void {
    const text = `${route.httpMethod} ${pathOf(route)}`;
    if (requestSchema !== undefined && config.requestSchema !== undefined) {
      invalid(this.scope, 'requestSchema', text, 'none, because the target of the route has a schema of its own');
    }
    const unknown = config.contextKeys?.find((key) => !CONTEXT_KEYS.includes(key));
    if (unknown !== undefined) {
      invalid(this.scope, 'contextKeys', unknown, `keys of the context that the API's authorizer returns: ${CONTEXT_KEYS.join(', ')}`);
    }
  }

  private resourceOf({ segments }: Route): IResource {
    return segments.reduce<IResource>((at, segment) => at.getResource(segment) ?? at.addResource(segment), this.props.restApi.root);
  }
}
