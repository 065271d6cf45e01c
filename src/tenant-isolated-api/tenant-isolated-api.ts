import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { DomainName, Method, RequestAuthorizer, RestApi, Stage } from 'aws-cdk-lib/aws-apigateway';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ApiGatewayLogRole } from '../api-gateway-log-role';
import type { IAccessTokenIssuer, IApiTarget, IObservable, RecommendedAlarm } from '../core';
import { redeployOnEveryChange } from '../core/private/api-deployment';
import { dataRemovalPolicy } from '../core/private/base/data-removal-policy';
import { requireProps } from '../core/private/base/required-props';
import { encryptionKeyOf } from '../core/private/encryption-key';
import type { ITenantDirectory } from '../tenant-directory';
import type { ApiDomain } from './api-domain';
import { limitApi } from './api-limits';
import { createAuthorizer } from './authorizer';
import { checkMethods } from './check-methods';
import { createDomain } from './domain-name';
import { Firewall } from './firewall';
import { createGatewayResponses } from './gateway-responses';
import { createKeySecret } from './key-secret';
import { createOnboarding } from './onboarding';
import { createRestApi } from './rest-api';
import type { AddRouteOptions } from './route-options';
import { ApiRoutes } from './routes';
import { TenantIsolatedApiAlarms } from './tenant-isolated-api-alarms';
import { TenantIsolatedApiGrants } from './tenant-isolated-api-grants';
import type { ITenantIsolatedApi } from './tenant-isolated-api-interface';
import { TenantIsolatedApiMetrics } from './tenant-isolated-api-metrics';
import { createUsagePlans } from './usage-plans';
import { validateApi } from './validate-api';
import { WebAcl } from './web-acl';

/** Props of TenantIsolatedApi. */
export interface TenantIsolatedApiProps {
  /** Where tenants and their members are recorded; onboarding writes it. Its tenancy says who shares the API, and what tenants of each tier may ask for. */
  readonly directory: ITenantDirectory;
  /** The issuer of accepted access tokens: a TenantUserPool, or `AccessTokenIssuer.fromUserPool` for a pool of your own. */
  readonly issuer: IAccessTokenIssuer;
  /**
   * Origins whose pages may call the API: `https://app.example`, without a path. Never all. Pages of the first one can also read what API
   * Gateway answers by itself (401, 403, 429 and the like): those answers can't choose among origins.
   *
   * @default []
   */
  readonly allowedOrigins?: string[];
  /**
   * A name of your own for the API. Its default address is then off.
   *
   * @default - the address that API Gateway gives it
   */
  readonly domain?: ApiDomain;
  /**
   * The web ACL before the API.
   *
   * @default Firewall.blocking()
   */
  readonly firewall?: Firewall;
  /**
   * How long API Gateway caches a decision on a token, at most one hour; 0 disables the cache. A token that ends meanwhile is
   * good for that much longer; a suspension does not wait for it, because it disables the tenant's key.
   *
   * @default Duration.minutes(1)
   */
  readonly authorizationCache?: Duration;
  /**
   * Encrypts logs and the secret that keys are derived from. A key, not an alias. The policy of a key of this app gets the statement that CloudWatch Logs
   * needs; for an imported key, a warning holds the statement to add.
   *
   * @default AppKey.of(this)
   */
  readonly encryptionKey?: IKey;
  /**
   * Name of the API, which its metrics have as a dimension, and by which people look for its logs: `/aws/apigateway/<name>/access`,
   * `/aws/lambda/<name>-authorizer`, `/aws/lambda/<name>-onboarding`. A log that was retained when its stack was deleted keeps the name too.
   *
   * @default - generated names, unique in account and Region
   */
  readonly name?: string;
  /**
   * What becomes of logs, and of the secret that keys are derived from, when the API leaves its stack. DESTROY also needs
   * `DataDestruction.allow` on a scope above.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * The one entry of a platform that tenants share: it verifies who calls, says which tenant that is, and holds each tenant to the rate of its tier.
 *
 * What is behind it learns the tenant from the authorizer's context, and from nothing that a caller can write. The README beside this file says why
 * each thing is as it is.
 *
 * @example
 * import { Stack } from 'aws-cdk-lib';
 * import { IFunction } from 'aws-cdk-lib/aws-lambda';
 * import { FunctionTarget, TenantDirectory, TenantIsolatedApi, TenantUserPool } from 'cdk-andamio';
 *
 * declare const stack: Stack;
 * declare const directory: TenantDirectory;
 * declare const users: TenantUserPool;
 * declare const grades: IFunction;
 * const api = new TenantIsolatedApi(stack, 'Api', { directory, issuer: users, allowedOrigins: ['https://app.example'] });
 * api.addRoute('GET /grades', FunctionTarget.of(grades));
 */
export class TenantIsolatedApi extends Construct implements ITenantIsolatedApi, IObservable {
  /** The API itself: for further methods, models and what else an API has. */
  public readonly restApi: RestApi;
  /** Where requests come in. */
  public readonly stage: Stage;
  /** Its own domain, for an alias record: `new ApiGatewayDomain(api.domainName)`; undefined where it has none. */
  public readonly domainName?: DomainName;
  /** Decides on tokens. */
  public readonly authorizerFunction: LambdaFunction;
  /** Creates tenants, and changes what they are; it is invoked, and never reached through the API. */
  public readonly onboarding: LambdaFunction;
  /** Name of the web ACL before the stage, the dimension of its metrics; undefined with `Firewall.fromWebAclArn`. */
  public readonly webAclName?: string;
  /** Who may onboard tenants. */
  public readonly grants: TenantIsolatedApiGrants;
  /** What the API measures. */
  public readonly metrics: TenantIsolatedApiMetrics;
  /** Its alarms, created when they are asked for. */
  public readonly alarms: TenantIsolatedApiAlarms;
  /** Where it logs: requests, the authorizer, onboarding and the firewall. */
  public readonly logGroups: ILogGroup[];

  private readonly routes: ApiRoutes;

  /**
   * An API without routes yet.
   *
   * @param scope the parent construct
   * @param id unique within the scope
   * @param props whose tokens it accepts, and what is other than the defaults
   * @throws when the directory is another API's, or logs would be destroyed without a scope that allows it; what else is wrong is reported together
   * when the app is synthesized
   */
  constructor(scope: Construct, id: string, props: TenantIsolatedApiProps) {
    super(scope, id);
    requireProps(this, props, { directory: true, issuer: true });
    const { directory, issuer, domain, firewall = Firewall.blocking(), name } = props;
    const { tenancy } = directory;
    const retained = {
      encryptionKey: encryptionKeyOf(this, props.encryptionKey),
      removalPolicy: dataRemovalPolicy(this, props.removalPolicy),
    };
    const { allowedOrigins, authorizationCache } = validateApi(this, props);

    const { restApi, accessLog } = createRestApi(this, { name, hasDomain: domain !== undefined, ...retained });
    const stage = restApi.deploymentStage;
    const secret = createKeySecret(this, retained);
    const authorizer = createAuthorizer(this, { issuer, tenancy, secret, name, ...retained });
    const plans = createUsagePlans(this, tenancy, stage);
    const onboarding = createOnboarding(this, { directory, plans, secret, restApiId: restApi.restApiId, name, ...retained });
    const largestRate = Math.max(...tenancy.tiers.map(({ rate }) => rate));
    const webAcl = new WebAcl(this, 'Firewall', { stage, firewall, largestRate, ...retained });
    createGatewayResponses(this, restApi, allowedOrigins);
    this.domainName = domain === undefined ? undefined : createDomain(this, domain, restApi);

    this.node.defaultChild = restApi.node.defaultChild;
    this.restApi = restApi;
    this.stage = stage;
    this.authorizerFunction = authorizer.function;
    this.onboarding = onboarding.function;
    this.webAclName = webAcl.webAclName;
    this.logGroups = [accessLog, authorizer.logGroup, onboarding.logGroup, ...(webAcl.logGroup === undefined ? [] : [webAcl.logGroup])];
    this.grants = TenantIsolatedApiGrants.fromTenantIsolatedApi(this);
    this.metrics = TenantIsolatedApiMetrics.fromTenantIsolatedApi(this);
    this.alarms = TenantIsolatedApiAlarms.fromTenantIsolatedApi(this);
    this.routes = new ApiRoutes(this, {
      restApi,
      stage,
      validator: restApi.addRequestValidator('Validator', { validateRequestBody: true, validateRequestParameters: true }),
      decisions: { handler: authorizer.function, resultsCacheTtl: authorizationCache },
      allowedOrigins,
      tenantNoun: tenancy.noun,
    });

    redeployOnEveryChange(restApi);
    limitApi(this, restApi);
    ApiGatewayLogRole._requireFor(this, stage);
    checkMethods(this, restApi, this.routes);
  }

  /** Decides who may come in; for methods that are added to `restApi` itself. Created when it is first asked for: one that no method uses can't be deployed. */
  public get authorizer(): RequestAuthorizer {
    return this.routes.authorizer;
  }

  /** The address of the API: that of its domain where it has one. */
  public get url(): string {
    return this.domainName === undefined ? this.restApi.url : `https://${this.domainName.domainName}/`;
  }

  public get recommendedAlarms(): RecommendedAlarm[] {
    return this.alarms.recommended;
  }

  /**
   * Adds a method and a path that lead to a target. Its callers need a token and are held to the rate of their tenant, unless the options say otherwise.
   *
   * @param route a method and a path: `POST /visits`, `ANY /grades/{proxy+}`; ANY is every method without a route of its own there
   * @param target an ingest path, a function (`FunctionTarget.of`), or another target
   * @param options what the route declares: who may call it, bodies, parameters and a limit
   * @returns the method, for what else it can have
   * @throws when there is no such method or path, when the route leads somewhere already, when it can't be beside the others, or when the target and
   * the options don't fit
   */
  public addRoute(route: string, target: IApiTarget, options: AddRouteOptions = {}): Method {
    return this.routes.add(route, target, options);
  }
}
