import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccountRecovery,
  type CfnUserPool,
  ClientAttributes,
  FeaturePlan,
  type IUserPool,
  type IUserPoolClient,
  LambdaVersion,
  Mfa,
  OAuthScope,
  StringAttribute,
  UserPool,
  UserPoolClient,
  UserPoolClientIdentityProvider,
  UserPoolOperation,
} from 'aws-cdk-lib/aws-cognito';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { DashboardGraph, IObservable, RecommendedAlarm } from '../core';
import { invalid } from '../core/private/base/invalid';
import { BOOLEAN, DURATION, having, KEY, listOf, oneOf, REMOVAL_POLICY, RETENTION_DAYS, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import { createHandler, type Handler } from '../core/private/handler';
import { type Logged, loggedBy, type Retained, retainedBy } from '../core/private/retained';
import { acknowledge } from '../core/private/rule-packs';
import type { ITenantDirectory } from '../tenant-directory';
import { TIER_CLAIM, tenantClaim } from './claims';
import { PRE_TOKEN_VARIABLES, type PreTokenSettings } from './settings';
import { TenantUserPoolAlarms } from './tenant-user-pool-alarms';
import { graphsOf } from './tenant-user-pool-graphs';
import type { ITenantUserPool, TenantUserPoolAttributes } from './tenant-user-pool-interface';
import { TenantUserPoolMetrics } from './tenant-user-pool-metrics';
import { DEFAULT_VALIDITY, validateUserPool } from './validate-user-pool';

/** Cognito gives a trigger 5 seconds. Documented: "Customizing user pool workflows with Lambda triggers". */
const TRIGGER_TIMEOUT = Duration.seconds(5);
/** Enough for two reads of DynamoDB. */
const TRIGGER_MEGABYTES = 256;
const ROLES_CLAIM = 'custom:roles';

/** Props of TenantUserPool. */
export interface TenantUserPoolProps {
  /**
   * The directory of tenants and their members. The noun of its tenancy is part of the name of the tenant claim (`custom:school_id`), so
   * it has at most 17 characters: Cognito's limit for attribute names is 20.
   */
  readonly directory: ITenantDirectory;
  /** URLs to which users return after they sign in: `https://…`, or `http://localhost` for development; at least one. */
  readonly callbackUrls: string[];
  /**
   * URLs to which users return after they sign out.
   *
   * @default []
   */
  readonly logoutUrls?: string[];
  /**
   * Prefix of the domain of the sign-in page, `https://<prefix>.auth.<region>.amazoncognito.com`: lower-case letters, digits and hyphens,
   * unique in its Region.
   *
   * @default - no domain: the pool has no sign-in page until `userPool.addDomain` is called
   */
  readonly domainPrefix?: string;
  /**
   * Whether users sign in with a second factor: an authenticator app, never a text message.
   *
   * @default Mfa.OPTIONAL
   */
  readonly mfa?: Mfa;
  /**
   * Whether users may sign up themselves. Such a user belongs to no tenant and gets no token until onboarding enrolls them.
   *
   * @default false
   */
  readonly selfSignUp?: boolean;
  /**
   * How long an access token is valid: 5 minutes to 24 hours, and no longer than `refreshTokenValidity`. A membership that was withdrawn
   * meanwhile still applies until the token expires.
   *
   * @default Duration.minutes(15)
   */
  readonly accessTokenValidity?: Duration;
  /**
   * How long a user stays signed in: 1 hour to 30 days. Each use of a refresh token returns a new one for the rest of that time, and
   * revokes the old one.
   *
   * @default Duration.hours(12)
   */
  readonly refreshTokenValidity?: Duration;
  /**
   * Encrypts the users' data and the log of the trigger. A key, not an alias. Its policy must allow Cognito to use it ("Data protection in
   * Amazon Cognito").
   *
   * @default - `AppKey.of(this)` for the log, and a key that Cognito owns for the users' data
   */
  readonly encryptionKey?: IKey;
  /**
   * Name of the pool; the trigger's log group becomes `/aws/lambda/<name>-pre-token`.
   *
   * @default - generated names
   */
  readonly name?: string;
  /**
   * How long the trigger's log group keeps events.
   *
   * @default - LogRetention of the nearest scope, else RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;
  /**
   * What happens to the users when the pool is removed from its stack. DESTROY also needs `DataDestruction.allow` on a scope above, and
   * leaves the pool without deletion protection.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A Cognito user pool for the users of all tenants. A trigger adds tenant and tier to each access token: it reads them from the
 * directory, and never from anything that a client can set.
 *
 * @example
 * import { Stack } from 'aws-cdk-lib';
 * import { TenantDirectory, TenantUserPool } from 'cdk-andamio';
 *
 * declare const stack: Stack;
 * declare const directory: TenantDirectory;
 * new TenantUserPool(stack, 'Users', { directory, callbackUrls: ['https://app.example/signed-in'] });
 */
export class TenantUserPool extends Construct implements ITenantUserPool, IObservable {
  /**
   * Imports a TenantUserPool of another stack or app, so that an API accepts its tokens. The pool is not changed. With
   * `triggerArn`, it can be watched: `TenantUserPoolAlarms.fromTenantUserPool(imported)`.
   *
   * @param attributes attributes of the pool
   * @throws when there is no client
   */
  public static fromTenantUserPoolAttributes(scope: Construct, id: string, attributes: TenantUserPoolAttributes): ITenantUserPool {
    return new ImportedTenantUserPool(scope, id, attributes);
  }

  /** The directory of tenants and their members. */
  public readonly directory: ITenantDirectory;
  /** The user pool, to which app clients, identity providers and a domain can be added. */
  public readonly userPool: IUserPool;
  /** The app client of the platform's own app. It has no secret and uses PKCE. */
  public readonly client: UserPoolClient;
  /** The app clients whose tokens are accepted. */
  public readonly clients: IUserPoolClient[];
  /** `custom:<noun>_id`: the tenant's id. */
  public readonly tenantClaim: string;
  /** `custom:tier`: the name of the tenant's tier. */
  public readonly tierClaim: string = TIER_CLAIM;
  /** The trigger that adds the claims to each token, or rejects the sign-in. */
  public readonly trigger?: IFunction;
  /** Metrics of the trigger. */
  public readonly metrics: TenantUserPoolMetrics;
  /** Recommended alarms, each created on first use. */
  public readonly alarms: TenantUserPoolAlarms;
  /** Log group of the trigger. */
  public readonly logGroups: ILogGroup[];

  /**
   * @throws when the tenancy's noun is too long, a URL is not https, a validity is out of range, or users would be deleted without a
   * scope that allows it
   */
  constructor(scope: Construct, id: string, props: TenantUserPoolProps) {
    super(scope, id);
    checkProps(this, props, PROPS);
    validateUserPool(this, props);
    this.directory = props.directory;
    this.tenantClaim = tenantClaim(props.directory.tenancy);
    const retained = retainedBy(this, props);

    const pool = this.createPool(props, retained);
    this.userPool = pool;
    this.node.defaultChild = pool.node.defaultChild;
    const { function: trigger, role, logGroup } = this.createTrigger(props, loggedBy(props, retained));
    this.trigger = trigger;
    this.client = this.createClient(props);
    this.clients = [this.client];
    this.logGroups = [logGroup];
    this.metrics = TenantUserPoolMetrics.fromTenantUserPool(this);
    this.alarms = TenantUserPoolAlarms.fromTenantUserPool(this);

    props.directory.grants.read(role);
    pool.addTrigger(UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG, trigger, LambdaVersion.V2_0);
    if (props.domainPrefix !== undefined) pool.addDomain('Domain', { cognitoDomain: { domainPrefix: props.domainPrefix } });
  }

  public get recommendedAlarms(): RecommendedAlarm[] {
    return this.alarms.recommended;
  }

  public get graphs(): DashboardGraph[] | undefined {
    return graphsOf(this.metrics);
  }

  private createPool(props: TenantUserPoolProps, { removalPolicy }: Retained): UserPool {
    const mfa = props.mfa ?? Mfa.OPTIONAL;
    const pool = new UserPool(this, 'Pool', {
      userPoolName: props.name,
      // The lowest plan in which a trigger can change access tokens.
      featurePlan: FeaturePlan.ESSENTIALS,
      selfSignUpEnabled: props.selfSignUp ?? false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      keepOriginal: { email: true },
      customAttributes: { [this.tenantClaim.replace('custom:', '')]: new StringAttribute({ mutable: false, minLen: 3, maxLen: 64 }) },
      passwordPolicy: {
        minLength: 12,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      mfa,
      ...(mfa === Mfa.OFF ? {} : { mfaSecondFactor: { otp: true, sms: false } }),
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
      removalPolicy,
    });
    if (props.encryptionKey !== undefined) {
      // The L2 has no prop for it. Documented: KeyConfigurationType in the API reference of Cognito user pools.
      (pool.node.defaultChild as CfnUserPool).keyConfiguration = {
        keyType: 'CUSTOMER_MANAGED_KEY',
        kmsKeyArn: props.encryptionKey.keyArn,
      };
    }
    acknowledge(
      pool,
      ['AwsSolutions'],
      'COG3',
      'Threat protection needs the Plus plan, which costs several times as much for each user. Set it on userPool if you need it. The firewall of the API and short-lived tokens limit the risk without it.',
    );
    acknowledge(
      pool,
      ['AwsSolutions'],
      'COG8',
      'The Plus plan costs several times as much for each user: set it on userPool if you need it.',
    );
    if (mfa !== Mfa.REQUIRED) {
      acknowledge(
        pool,
        ['AwsSolutions'],
        'COG2',
        'The prop mfa decides whether a second factor is required: some platforms have users without an authenticator app, such as children.',
      );
    }
    return pool;
  }

  private createTrigger({ directory, name }: TenantUserPoolProps, logged: Logged): Handler {
    const { tenancy } = directory;
    return createHandler<PreTokenSettings>(this, 'PreToken', {
      asset: 'tenant-user-pool/pre-token',
      description: `Adds the ${tenancy.noun} to the tokens of ${this.node.path}`,
      timeout: TRIGGER_TIMEOUT,
      memorySize: TRIGGER_MEGABYTES,
      settings: {
        TABLE_NAME: directory.table.tableName,
        CLAIMS: { tenant: this.tenantClaim, tier: TIER_CLAIM, roles: ROLES_CLAIM },
        TIERS: tenancy.tiers.map(({ name }) => name),
      },
      variables: PRE_TOKEN_VARIABLES,
      ...logged,
      name: name === undefined ? undefined : `${name}-pre-token`,
      concurrency: {
        unreserved: 'Each sign-in needs one execution, so a reservation would limit sign-ins, above all when many users start their day.',
      },
      noDeadLetters: 'Cognito calls it synchronously and shows the error to the user: there is no event to keep.',
    });
  }

  private createClient(props: TenantUserPoolProps): UserPoolClient {
    const { callbackUrls, logoutUrls = [] } = props;
    const accessTokenValidity = props.accessTokenValidity ?? DEFAULT_VALIDITY.accessToken;
    return this.userPool.addClient('Client', {
      generateSecret: false,
      // An empty list would mean the defaults of Cognito, which include ALLOW_REFRESH_TOKEN_AUTH. Rotation is not possible with it.
      // Documented: "Refresh token rotation isn't compatible with the authentication flow REFRESH_TOKEN_AUTH". SRP never sends the
      // password.
      authFlows: { userSrp: true },
      oAuth: {
        flows: { authorizationCodeGrant: true, implicitCodeGrant: false, clientCredentials: false },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL],
        callbackUrls,
        ...(logoutUrls.length > 0 ? { logoutUrls } : {}),
      },
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity,
      idTokenValidity: accessTokenValidity,
      refreshTokenValidity: props.refreshTokenValidity ?? DEFAULT_VALIDITY.refreshToken,
      // A browser that lost the response may retry with the same token for this long.
      refreshTokenRotationGracePeriod: Duration.seconds(10),
      // Without the tenant. Without this list, a client could write every attribute of the pool.
      writeAttributes: new ClientAttributes().withStandardAttributes({ email: true, fullname: true, locale: true }),
      readAttributes: new ClientAttributes()
        .withStandardAttributes({ email: true, emailVerified: true, fullname: true, locale: true })
        .withCustomAttributes(this.tenantClaim),
    });
  }
}

class ImportedTenantUserPool extends Construct implements ITenantUserPool {
  public readonly directory: ITenantDirectory;
  public readonly userPool: IUserPool;
  public readonly clients: IUserPoolClient[];
  public readonly tenantClaim: string;
  public readonly tierClaim: string = TIER_CLAIM;
  public readonly trigger?: IFunction;

  constructor(scope: Construct, id: string, attributes: TenantUserPoolAttributes) {
    super(scope, id);
    checkProps(this, attributes, ATTRIBUTES);
    const { userPoolId, clientIds, directory, triggerArn } = attributes;
    if (clientIds.length === 0) invalid(this, 'clientIds', clientIds, 'at least one app client whose tokens are accepted');
    this.directory = directory;
    this.userPool = UserPool.fromUserPoolId(this, 'Pool', userPoolId);
    this.clients = clientIds.map((clientId, index) => UserPoolClient.fromUserPoolClientId(this, `Client${index}`, clientId));
    this.tenantClaim = tenantClaim(directory.tenancy);
    this.trigger = triggerArn === undefined ? undefined : LambdaFunction.fromFunctionArn(this, 'Trigger', triggerArn);
  }
}

const DIRECTORY = required(having<ITenantDirectory>('a TenantDirectory', 'table', 'tenancy', 'grants'));
const PROPS: PropKinds<TenantUserPoolProps> = {
  directory: DIRECTORY,
  callbackUrls: required(listOf(STRING, 'a list of URLs')),
  logoutUrls: listOf(STRING, 'a list of URLs'),
  domainPrefix: STRING,
  mfa: oneOf<Mfa>('Mfa', Mfa),
  selfSignUp: BOOLEAN,
  accessTokenValidity: DURATION,
  refreshTokenValidity: DURATION,
  encryptionKey: KEY,
  name: STRING,
  logRetention: RETENTION_DAYS,
  removalPolicy: REMOVAL_POLICY,
};

const ATTRIBUTES: PropKinds<TenantUserPoolAttributes> = {
  userPoolId: required(STRING),
  clientIds: required(listOf(STRING, 'a list of ids of app clients')),
  directory: DIRECTORY,
  triggerArn: STRING,
};
