import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  ApiKeySourceType,
  type CfnAuthorizer,
  type CfnRestApi,
  EndpointType,
  IdentitySource,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RequestAuthorizer,
  type RequestValidator,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { type ILogGroup, type LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { ApiGatewayLogRole } from '../api-gateway-log-role';
import type { IAccessTokenIssuer, IApiTarget, IObservable, RecommendedAlarm } from '../core';
import { redeployOnEveryChange } from '../core/private/api-deployment';
import { dataRemovalPolicy } from '../core/private/base/data-removal-policy';
import { invalid } from '../core/private/base/invalid';
import { encryptionKeyOf } from '../core/private/encryption-key';
import { createLogGroup } from '../core/private/log-group';
import type { Tenancy } from '../tenancy';
import type { TenantDirectory } from '../tenant-directory';
import { ACCESS_LOG_FORMAT } from './access-log-format';
import { acknowledgeSecret, acknowledgeStage } from './acknowledged-findings';
import { ApiAlarms } from './api-alarms';
import { limitApi } from './api-limits';
import { ApiMetrics } from './api-metrics';
import { createAuthorizer } from './authorizer';
import { checkMethods } from './check-methods';
import { Firewall } from './firewall';
import { createGatewayResponses } from './gateway-responses';
import { createOnboarding } from './onboarding';
import { addPreflight } from './preflight';
import { parseRoute, RouteTable } from './route';
import { TenantIsolatedApiGrants } from './tenant-isolated-api-grants';
import { createUsagePlans } from './usage-plans';
import { validateApi } from './validate-api';
import { WebAcl } from './web-acl';

/** What an account gets of every API in a Region unless it asked for more. Documented: "Amazon API Gateway quotas". */
const ACCOUNT_THROTTLE = { throttlingRateLimit: 10_000, throttlingBurstLimit: 5_000 };
/** Documented: "Security policies for REST APIs": TLS 1.2 with forward secrecy, or 1.3; strict mode rejects a request that came for another name. */
const TLS = { securityPolicy: 'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09', endpointAccessMode: 'STRICT' };

/** Props of TenantIsolatedApi. */
export interface TenantIsolatedApiProps {
  /** Who shares the API, and what the tenants of each tier may ask for. */
  readonly tenancy: Tenancy;
  /** Where tenants and their members are recorded; onboarding writes it. */
  readonly directory: TenantDirectory;
  /** The issuer of accepted access tokens: a TenantUserPool, or `AccessTokenIssuer.fromUserPool` for another user pool. */
  readonly issuer: IAccessTokenIssuer;
  /**
   * Origins whose pages may call the API: `https://app.example`, without a path. Never all. Pages of the first one can also read what API
   * Gateway answers by itself (401, 403, 429 and the like): those answers can't choose among origins.
   *
   * @default []
   */
  readonly allowedOrigins?: string[];
  /**
   * The firewall of the API.
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
   * @default - the app's key, `AppKey.of(this)`
   */
  readonly encryptionKey?: IKey;
  /**
   * Name that people look for logs by: `/aws/apigateway/<name>/access`, `/aws/lambda/<name>-authorizer`, `/aws/lambda/<name>-onboarding`. A log that
   * was kept when its stack was deleted keeps the name too.
   *
   * @default - generated names
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
 * Targets learn the tenant from the authorizer's context, and from nothing that a caller can write. The README beside this file
 * says why each thing is as it is.
 */
export class TenantIsolatedApi extends Construct implements IObservable {
  /** The API itself: for domains, further methods and what else an API has. */
  public readonly api: RestApi;
  /** Makes tenants; it is invoked, and never reached through the API. */
  public readonly onboarding: LambdaFunction;
  /** Who may make tenants. */
  public readonly grants: TenantIsolatedApiGrants;
  /** What the API measures. */
  public readonly metrics: ApiMetrics;
  /** Alarms, made on demand. */
  public readonly alarms: ApiAlarms;
  /** Where it logs: requests, the authorizer, onboarding and the firewall. */
  public readonly logGroups: ILogGroup[];

  private readonly validator: RequestValidator;
  private readonly decisions: { readonly handler: LambdaFunction; readonly resultsCacheTtl: Duration };
  private readonly routes = new RouteTable(this);
  private readonly allowedOrigins: string[];
  private readonly tenant: string;

  /**
   * An API without routes yet.
   *
   * @param scope where it belongs
   * @param id its name there
   * @param props who shares it and whose tokens let in, and what is other than the defaults
   * @throws when directory and tenancy differ, the directory is another API's, an origin is malformed or a wildcard, the cache is too long, or logs would be
   * destroyed without a scope that allows it
   */
  constructor(scope: Construct, id: string, props: TenantIsolatedApiProps) {
    super(scope, id);
    validateApi(this, props);
    const { tenancy, directory, name } = props;
    const kept = { encryptionKey: encryptionKeyOf(this, props.encryptionKey), removalPolicy: dataRemovalPolicy(this, props.removalPolicy) };
    this.allowedOrigins = props.allowedOrigins ?? [];
    this.tenant = tenancy.tenant;

    const accessLog = this.createAccessLog(kept, name);
    this.api = this.createApi(accessLog);
    this.node.defaultChild = this.api.node.defaultChild;
    this.validator = this.api.addRequestValidator('Validator', { validateRequestBody: true, validateRequestParameters: true });
    const stage = this.api.deploymentStage;
    const secret = this.createSecret(kept);
    const authorizer = createAuthorizer(this, { issuer: props.issuer, tenancy, secret, name, ...kept });
    this.decisions = { handler: authorizer.function, resultsCacheTtl: props.authorizationCache ?? Duration.minutes(1) };
    const plans = createUsagePlans(this, tenancy, stage);
    const onboarding = createOnboarding(this, { directory, plans, secret, restApiId: this.api.restApiId, name, ...kept });
    const largestRate = Math.max(...tenancy.tiers.map(({ rate }) => rate));
    const webAcl = new WebAcl(this, 'Firewall', { stage, firewall: props.firewall ?? Firewall.blocking(), largestRate, ...kept });

    createGatewayResponses(this, this.api, this.allowedOrigins);
    redeployOnEveryChange(this.api);
    limitApi(this, this.api);
    ApiGatewayLogRole._requireFor(this, stage);
    checkMethods(this, this.api, () => this.node.tryFindChild('TokenAuthorizer')?.node.defaultChild as CfnAuthorizer | undefined);
    this.onboarding = onboarding.function;
    this.grants = TenantIsolatedApiGrants._of(this.onboarding);
    this.metrics = ApiMetrics._of(stage, authorizer.function, webAcl.webAclName);
    this.alarms = ApiAlarms._of(this, this.metrics);
    this.logGroups = [accessLog, authorizer.logGroup, onboarding.logGroup, ...(webAcl.logGroup === undefined ? [] : [webAcl.logGroup])];
  }

  /** Decides who may come in; for methods that are added to `api` itself. Made when it is first asked for: one that no method uses can't be deployed. */
  public get authorizer(): RequestAuthorizer {
    const made = this.node.tryFindChild('TokenAuthorizer') as RequestAuthorizer | undefined;
    const identitySources = [IdentitySource.header('Authorization')];
    return made ?? new RequestAuthorizer(this, 'TokenAuthorizer', { ...this.decisions, identitySources });
  }

  public get recommendedAlarms(): RecommendedAlarm[] {
    return this.alarms.recommended;
  }

  /**
   * Leads a method and a path to what answers them. Its callers need a token and are held to the rate of their tenant.
   *
   * @param route a method and a path: `POST /visits`, `ANY /grades/{proxy+}`; ANY is every method without a route of its own there
   * @param target an ingest path, a function (`FunctionTarget.of`), or another target
   * @throws when there is no such method or path, when the route leads somewhere already, or when it can't stand beside the others
   */
  public route(route: string, target: IApiTarget): void {
    const parsed = parseRoute(this, route);
    if (parsed.httpMethod === 'OPTIONS' && this.allowedOrigins.length > 0) {
      invalid(this, 'route', route, 'another method: browsers are answered for allowedOrigins');
    }
    this.routes.add(parsed);
    const resource = parsed.segments.reduce<RestApi['root']>(
      (at, segment) => at.getResource(segment) ?? at.addResource(segment),
      this.api.root,
    );
    target.addRoute(resource, parsed.httpMethod, {
      authorizer: this.authorizer,
      tenantContextKey: 'tenantId',
      tenant: this.tenant,
      apiKeyRequired: true,
      allowedOrigins: this.allowedOrigins,
      requestValidator: this.validator,
    });
    if (this.allowedOrigins.length === 0 || resource.node.tryFindChild('OPTIONS') !== undefined) return;
    addPreflight(resource, this.allowedOrigins);
  }

  private createApi(accessLog: LogGroup): RestApi {
    const api = new RestApi(this, 'Api', {
      description: `The one entry of ${this.node.path}`,
      endpointConfiguration: { types: [EndpointType.REGIONAL] },
      apiKeySourceType: ApiKeySourceType.AUTHORIZER,
      // The role would be the whole account's, and execution logs would hold tokens and bodies.
      cloudWatchRole: false,
      deployOptions: {
        loggingLevel: MethodLoggingLevel.OFF,
        dataTraceEnabled: false,
        metricsEnabled: true,
        tracingEnabled: true,
        accessLogDestination: new LogGroupLogDestination(accessLog),
        accessLogFormat: AccessLogFormat.custom(ACCESS_LOG_FORMAT),
        ...ACCOUNT_THROTTLE,
      },
    });
    // What a stack puts out is for its owner to say.
    api.node.tryRemoveChild('Endpoint');
    const resource = api.node.defaultChild as CfnRestApi;
    resource.securityPolicy = TLS.securityPolicy;
    resource.endpointAccessMode = TLS.endpointAccessMode;
    acknowledgeStage(api.deploymentStage);
    return api;
  }

  private createAccessLog(kept: Kept, name: string | undefined): LogGroup {
    return createLogGroup(this, 'AccessLogs', {
      logGroupName: name === undefined ? undefined : `/aws/apigateway/${name}/access`,
      retention: RetentionDays.THREE_MONTHS,
      ...kept,
    });
  }

  /** What tenants' keys are derived from, so that none is stored where the authorizer would have to look it up. */
  private createSecret({ encryptionKey, removalPolicy }: Kept): Secret {
    const secret = new Secret(this, 'KeySecret', {
      description: `Tenants' keys of ${this.node.path} are derived from it: another value needs all of them made anew`,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      encryptionKey,
      removalPolicy,
    });
    acknowledgeSecret(secret);
    return secret;
  }
}

/** How data is retained that outlives the stack. */
interface Kept {
  readonly encryptionKey: IKey;
  readonly removalPolicy: RemovalPolicy;
}
