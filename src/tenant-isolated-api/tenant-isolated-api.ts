import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { DomainName, Method, RequestAuthorizer, RestApi, Stage } from 'aws-cdk-lib/aws-apigateway';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ApiGatewayLogRole } from '../api-gateway-log-role';
import type { DashboardGraph, DashboardTable, IAccessTokenIssuer, IApiTarget, IObservable, RecommendedAlarm } from '../core';
import { redeployOnEveryChange } from '../core/private/api-deployment';
import { DURATION, having, KEY, listOf, REMOVAL_POLICY, RETENTION_DAYS, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import { loggedBy, retainedBy } from '../core/private/retained';
import type { ITenantRole } from '../tenancy';
import type { ITenantDirectory } from '../tenant-directory';
import type { ApiDomain } from './api-domain';
import { limitApi } from './api-limits';
import { createAuthorizer } from './authorizer';
import { checkMethods } from './check-methods';
import { createDomain } from './domain-name';
import { Firewall } from './firewall';
import { createGatewayResponses } from './gateway-responses';
import { ImportedApi } from './imported-api';
import { createKeySecret } from './key-secret';
import { createOnboarding } from './onboarding';
import { createRestApi } from './rest-api';
import type { AddRouteOptions } from './route-options';
import { ApiRoutes } from './routes';
import { TenantIsolatedApiAlarms } from './tenant-isolated-api-alarms';
import { TenantIsolatedApiGrants } from './tenant-isolated-api-grants';
import { graphsOf } from './tenant-isolated-api-graphs';
import type { ITenantIsolatedApi, TenantIsolatedApiAttributes } from './tenant-isolated-api-interface';
import { TenantIsolatedApiMetrics } from './tenant-isolated-api-metrics';
import { tablesOf } from './tenant-isolated-api-tables';
import { createUsagePlans } from './usage-plans';
import { validateApi } from './validate-api';
import { WebAcl } from './web-acl';

/** Props of TenantIsolatedApi. */
export interface TenantIsolatedApiProps {
  /** The directory of tenants and their members, which onboarding writes. Its tenancy defines the tiers and their limits. */
  readonly directory: ITenantDirectory;
  /** The issuer of accepted access tokens: a TenantUserPool, or `AccessTokenIssuer.fromUserPool` for a pool of your own. */
  readonly issuer: IAccessTokenIssuer;
  /**
   * Roles whose open sessions end at once when a tenant is suspended or offboarded. Each gets a permissions boundary, which onboarding
   * writes. Open sessions of other roles last until they expire, an hour at most.
   *
   * @default []
   */
  readonly tenantRoles?: ITenantRole[];
  /**
   * Origins of the web pages that may call the API: `https://app.example`, without a path and never `*`. Only pages of the first origin
   * can also read the errors that API Gateway itself returns, such as 401, 403 and 429: those responses have a fixed origin.
   *
   * @default []
   */
  readonly allowedOrigins?: string[];
  /**
   * A custom domain name for the API. With it, the default endpoint of the API is disabled.
   *
   * @default - the default endpoint of API Gateway
   */
  readonly domain?: ApiDomain;
  /**
   * The web ACL that protects the API.
   *
   * @default Firewall.blocking()
   */
  readonly firewall?: Firewall;
  /**
   * How long API Gateway caches the authorizer's decision on a token, at most one hour; 0 disables the cache. A token that expires
   * meanwhile is accepted until the cached decision expires. A suspension takes effect independently of the cache, because it disables
   * the tenant's API key.
   *
   * @default Duration.minutes(1)
   */
  readonly authorizationCache?: Duration;
  /**
   * Encrypts the logs and the secret that API keys are derived from. A key, not an alias. The policy of a key of this app gets the
   * statement that CloudWatch Logs needs; for an imported key, a warning holds the statement to add.
   *
   * @default AppKey.of(this)
   */
  readonly encryptionKey?: IKey;
  /**
   * Name of the API, which is the dimension of its metrics and part of the names of its log groups: `/aws/apigateway/<name>/access`,
   * `/aws/lambda/<name>-authorizer`, `/aws/lambda/<name>-onboarding`. A log group that was retained when its stack was deleted still
   * occupies its name.
   *
   * @default - generated names, unique in account and Region
   */
  readonly name?: string;
  /**
   * How long the log groups keep events.
   *
   * @default - LogRetention of the nearest scope, else RetentionDays.THREE_MONTHS for requests and RetentionDays.ONE_MONTH for all others
   */
  readonly logRetention?: RetentionDays;
  /**
   * What happens to the logs, and to the secret that API keys are derived from, when the API is removed from its stack. DESTROY also
   * needs `DataDestruction.allow` on a scope above.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * The API of a platform that tenants share: it verifies each caller's token, identifies the tenant, and limits each tenant to the rate of
 * its tier.
 *
 * Targets get the tenant from the authorizer's context, and never from anything that a caller can set. The README in this folder has the
 * reasons for each decision.
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
  /**
   * Imports a TenantIsolatedApi of another stack or app, to watch it and to grant onboarding:
   * `TenantIsolatedApiAlarms.fromTenantIsolatedApi(imported)`, `TenantIsolatedApiGrants.fromTenantIsolatedApi(imported)`. Alarms are
   * created in the scope of the import, which is in the API's account and Region. Routes are added where the API is created.
   *
   * @param attributes attributes of the API
   */
  public static fromTenantIsolatedApiAttributes(scope: Construct, id: string, attributes: TenantIsolatedApiAttributes): ITenantIsolatedApi {
    return new ImportedApi(scope, id, attributes);
  }

  /** The REST API, to which methods, models and other resources can be added. */
  public readonly restApi: RestApi;
  /** The stage that serves requests. */
  public readonly stage: Stage;
  /** The custom domain, for an alias record: `new ApiGatewayDomain(api.domainName)`. Undefined without `domain`. */
  public readonly domainName?: DomainName;
  /** The Lambda authorizer: verifies tokens and identifies the tenant. */
  public readonly authorizerFunction: IFunction;
  /** Creates tenants, changes their tier or state, and enrolls their users. Invoke it directly: no route of the API leads to it. */
  public readonly onboarding: IFunction;
  /** Name of the web ACL of the stage, which is the dimension of its metrics. Undefined with `Firewall.fromWebAclArn`. */
  public readonly webAclName?: string;
  /** Permissions to onboard tenants. */
  public readonly grants: TenantIsolatedApiGrants;
  /** Metrics of the API. */
  public readonly metrics: TenantIsolatedApiMetrics;
  /** Recommended alarms, each created on first use. */
  public readonly alarms: TenantIsolatedApiAlarms;
  /** Log groups of requests, the authorizer, onboarding and the firewall. */
  public readonly logGroups: ILogGroup[];
  /** Tenants with the most requests, the longest latency and errors. */
  public readonly tables?: DashboardTable[];

  private readonly routes: ApiRoutes;

  /**
   * An API without routes: add them with `addRoute`.
   *
   * @param scope the parent construct
   * @param id unique within the scope
   * @param props the directory, the issuer of tokens, and options
   * @throws when the directory already belongs to another API, or when logs would be destroyed without a scope that allows it. All other
   * problems are reported together at synthesis.
   */
  constructor(scope: Construct, id: string, props: TenantIsolatedApiProps) {
    super(scope, id);
    checkProps(this, props, PROPS);
    const { directory, tenantRoles = [], issuer, domain, firewall = Firewall.blocking(), name } = props;
    const { tenancy } = directory;
    const retained = retainedBy(this, props);
    const logged = loggedBy(props, retained);
    const { allowedOrigins, authorizationCache } = validateApi(this, props);

    const { restApi, accessLog } = createRestApi(this, { name, hasDomain: domain !== undefined, ...logged });
    const stage = restApi.deploymentStage;
    const secret = createKeySecret(this, retained);
    const authorizer = createAuthorizer(this, { issuer, tenancy, secret, name, ...logged });
    const plans = createUsagePlans(this, tenancy, stage);
    const { restApiId } = restApi;
    const onboarding = createOnboarding(this, { directory, tenantRoles, plans, secret, restApiId, name, ...logged });
    const largestRate = Math.max(...tenancy.tiers.map(({ rate }) => rate));
    const webAcl = new WebAcl(this, 'Firewall', { stage, firewall, largestRate, ...logged });
    createGatewayResponses(this, restApi, allowedOrigins);
    this.domainName = domain === undefined ? undefined : createDomain(this, domain, restApi);

    this.node.defaultChild = restApi.node.defaultChild;
    this.restApi = restApi;
    this.stage = stage;
    this.authorizerFunction = authorizer.function;
    this.onboarding = onboarding.function;
    this.webAclName = webAcl.webAclName;
    this.logGroups = [accessLog, authorizer.logGroup, onboarding.logGroup, ...(webAcl.logGroup === undefined ? [] : [webAcl.logGroup])];
    this.tables = tablesOf(accessLog, tenancy.noun);
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

  /**
   * The authorizer, for methods that are added to `restApi` directly. Created on first use, because an authorizer that no method uses
   * cannot be deployed.
   */
  public get authorizer(): RequestAuthorizer {
    return this.routes.authorizer;
  }

  /** URL of the API: of its custom domain if it has one. */
  public get url(): string {
    return this.domainName === undefined ? this.restApi.url : `https://${this.domainName.domainName}/`;
  }

  /** Id of the REST API. */
  public get restApiId(): string {
    return this.restApi.restApiId;
  }

  /** Name of the REST API, which is the dimension of its metrics. */
  public get restApiName(): string {
    return this.restApi.restApiName;
  }

  /** Name of the stage that serves requests. */
  public get stageName(): string {
    return this.stage.stageName;
  }

  public get recommendedAlarms(): RecommendedAlarm[] {
    return this.alarms.recommended;
  }

  public get graphs(): DashboardGraph[] | undefined {
    return graphsOf(this.metrics, this.alarms, this.webAclName !== undefined);
  }

  /**
   * Adds a route that leads to a target. Callers need a token and are limited to the rate of their tenant, unless the options say
   * otherwise.
   *
   * @param route a method and a path: `POST /visits`, `ANY /grades/{proxy+}`. ANY matches every method that has no route of its own on that
   * path.
   * @param target an ingest path, a function (`FunctionTarget.of`), or another target
   * @param options who may call the route, the schema of its body, its parameters and its throttle
   * @returns the method
   * @throws when the route is malformed, already defined or in conflict with another route, or when the target and the options contradict
   * each other
   */
  public addRoute(route: string, target: IApiTarget, options: AddRouteOptions = {}): Method {
    return this.routes.add(route, target, options);
  }
}

const PROPS: PropKinds<TenantIsolatedApiProps> = {
  directory: required(having<ITenantDirectory>('a TenantDirectory', 'table', 'tenancy', 'grants')),
  issuer: required(
    having<IAccessTokenIssuer>('a TenantUserPool, or AccessTokenIssuer.fromUserPool(…)', 'userPool', 'clients', 'tenantClaim', 'tierClaim'),
  ),
  tenantRoles: listOf(having<ITenantRole>('a TenantRole', 'role', 'tenancy', 'grants'), 'a list of TenantRoles'),
  allowedOrigins: listOf(STRING, 'a list of origins'),
  domain: having<ApiDomain>('ApiDomain.of(…)', 'domainName', 'certificate'),
  firewall: having<Firewall>('Firewall.blocking(), Firewall.counting() or Firewall.fromWebAclArn(…)', '_mode'),
  authorizationCache: DURATION,
  encryptionKey: KEY,
  name: STRING,
  logRetention: RETENTION_DAYS,
  removalPolicy: REMOVAL_POLICY,
};
