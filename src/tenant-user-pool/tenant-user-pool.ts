import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccountRecovery,
  ClientAttributes,
  FeaturePlan,
  type IUserPool,
  type IUserPoolClient,
  LambdaVersion,
  Mfa,
  OAuthScope,
  StringAttribute,
  UserPool,
  type UserPoolClient,
  UserPoolClientIdentityProvider,
  UserPoolOperation,
} from 'aws-cdk-lib/aws-cognito';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { IAccessTokenIssuer, IObservable, RecommendedAlarm } from '../core';
import { dataRemovalPolicy } from '../core/private/base/data-removal-policy';
import { requireProps } from '../core/private/base/required-props';
import { encryptionKeyOf } from '../core/private/encryption-key';
import { createHandler, type Handler } from '../core/private/handler';
import { acknowledge } from '../core/private/rule-packs';
import type { Tenancy } from '../tenancy';
import type { TenantDirectory } from '../tenant-directory';
import { TenantUserPoolAlarms } from './tenant-user-pool-alarms';
import { TenantUserPoolMetrics } from './tenant-user-pool-metrics';
import type { ITokenTrigger } from './token-trigger';
import { DEFAULT_VALIDITY, validateUserPool } from './validate-user-pool';

/** Cognito gives a trigger 5 seconds. Documented: "Customizing user pool workflows with Lambda triggers". */
const TRIGGER_TIMEOUT = Duration.seconds(5);
/** Two look-ups need no more. */
const TRIGGER_MEGABYTES = 256;
const TIER_CLAIM = 'custom:tier';
const ROLES_CLAIM = 'custom:roles';

/** Props of TenantUserPool. */
export interface TenantUserPoolProps {
  /** Whose noun names the claim: `custom:school_id`. At most 17 characters, because Cognito's attributes have 20. */
  readonly tenancy: Tenancy;
  /** Says who belongs to which tenant. */
  readonly directory: TenantDirectory;
  /** Where a browser comes back to after signing in: `https://…`, or `http://localhost` for development; at least one. */
  readonly callbackUrls: string[];
  /**
   * Where a browser comes back to after signing out.
   *
   * @default []
   */
  readonly logoutUrls?: string[];
  /**
   * The first part of the address where people sign in, `https://<prefix>.auth.<region>.amazoncognito.com`: lower-case letters, digits and
   * hyphens, unique in its Region.
   *
   * @default - no address: the pool has no sign-in page until it is given a domain (`userPool.addDomain`)
   */
  readonly domainPrefix?: string;
  /**
   * Whether a second factor is asked for: an authenticator app, never a text message.
   *
   * @default Mfa.OPTIONAL
   */
  readonly mfa?: Mfa;
  /**
   * Whether users may sign up themselves. It belongs to no tenant, and gets no token, until it is enrolled.
   *
   * @default false
   */
  readonly selfSignUp?: boolean;
  /**
   * How long an access token is valid: 5 minutes to 24 hours, and no longer than `refreshTokenValidity`. What was taken back meanwhile is
   * noticed when it ends.
   *
   * @default Duration.minutes(15)
   */
  readonly accessTokenValidity?: Duration;
  /**
   * How long a user stays signed in: 1 hour to 30 days. Each use gives a new refresh token for the rest of that time,
   * and ends the one before.
   *
   * @default Duration.hours(12)
   */
  readonly refreshTokenValidity?: Duration;
  /**
   * What becomes of the accounts when the pool leaves its stack. DESTROY also needs `DataDestruction.allow` on a scope above, and leaves the
   * pool without deletion protection.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Users of all tenants, and tokens that say which tenant their holder belongs to: a Cognito user pool whose access tokens get tenant and tier
 * from the directory, and from nothing that a client can write.
 *
 * @example
 * import { Stack } from 'aws-cdk-lib';
 * import { Tenancy, TenantDirectory, TenantUserPool } from 'cdk-andamio';
 *
 * declare const stack: Stack;
 * declare const tenancy: Tenancy;
 * declare const directory: TenantDirectory;
 * new TenantUserPool(stack, 'Users', { tenancy, directory, callbackUrls: ['https://app.example/signed-in'] });
 */
export class TenantUserPool extends Construct implements IAccessTokenIssuer, ITokenTrigger, IObservable {
  /** The tenancy of the pool: its tokens name only these tiers. */
  public readonly tenancy: Tenancy;
  /** Says who belongs to which tenant. */
  public readonly directory: TenantDirectory;
  /** The pool: for more app clients, identity providers and a domain. */
  public readonly userPool: IUserPool;
  /** The app client of the platform's own app: public, so it proves itself by PKCE. */
  public readonly client: UserPoolClient;
  /** The app clients whose tokens an API accepts. */
  public readonly clients: IUserPoolClient[];
  /** `custom:<noun>_id`: the tenant's id. */
  public readonly tenantClaim: string;
  /** `custom:tier`: the name of the tenant's tier. */
  public readonly tierClaim: string = TIER_CLAIM;
  /** Puts the claims into each token, or lets there be none. */
  public readonly trigger: LambdaFunction;
  /** What the trigger measures. */
  public readonly metrics: TenantUserPoolMetrics;
  /** Alarms, made on demand. */
  public readonly alarms: TenantUserPoolAlarms;
  /** Where it logs. */
  public readonly logGroups: ILogGroup[];

  /**
   * A pool of its own.
   *
   * @param scope where it belongs
   * @param id its name there
   * @param props who shares it, and what is other than the defaults
   * @throws when the tenancy's noun is too long, the directory is another tenancy's, an address is no https, a validity is out of range, or accounts
   * would be destroyed without a scope that allows it
   */
  constructor(scope: Construct, id: string, props: TenantUserPoolProps) {
    super(scope, id);
    requireProps(this, props, { tenancy: true, directory: true, callbackUrls: true });
    validateUserPool(this, props);
    this.tenancy = props.tenancy;
    this.directory = props.directory;
    const attribute = `${props.tenancy.tenant}_id`;
    this.tenantClaim = `custom:${attribute}`;
    const removalPolicy = dataRemovalPolicy(this, props.removalPolicy);

    const pool = this.createPool(props, attribute, removalPolicy);
    this.userPool = pool;
    this.node.defaultChild = pool.node.defaultChild;
    const { function: trigger, role, logGroup } = this.createTrigger(props, removalPolicy);
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

  private createPool(props: TenantUserPoolProps, attribute: string, removalPolicy: RemovalPolicy): UserPool {
    const mfa = props.mfa ?? Mfa.OPTIONAL;
    const pool = new UserPool(this, 'Pool', {
      // The trigger can change access tokens from this plan on.
      featurePlan: FeaturePlan.ESSENTIALS,
      selfSignUpEnabled: props.selfSignUp ?? false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      keepOriginal: { email: true },
      customAttributes: { [attribute]: new StringAttribute({ mutable: false, minLen: 3, maxLen: 64 }) },
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
    acknowledge(
      pool,
      ['AwsSolutions'],
      'COG3',
      'Threat protection needs the plan Plus, at several times the price for each user: who wants it sets it on userPool. The firewall of the API and short tokens stand before that.',
    );
    acknowledge(pool, ['AwsSolutions'], 'COG8', 'As before: the plan Plus is a choice of whoever pays for it.');
    if (mfa !== Mfa.REQUIRED) {
      acknowledge(
        pool,
        ['AwsSolutions'],
        'COG2',
        'Whether a second factor is demanded is decided by a prop: children sign in to a platform, too, and have no authenticator app.',
      );
    }
    return pool;
  }

  private createTrigger({ tenancy, directory }: TenantUserPoolProps, removalPolicy: RemovalPolicy): Handler {
    const claims = { tenant: this.tenantClaim, tier: TIER_CLAIM, roles: ROLES_CLAIM };
    return createHandler(this, 'PreToken', {
      asset: 'tenant-user-pool/pre-token',
      description: `Puts the ${tenancy.tenant} into the tokens of ${this.node.path}`,
      timeout: TRIGGER_TIMEOUT,
      memorySize: TRIGGER_MEGABYTES,
      environment: {
        TABLE_NAME: directory.table.tableName,
        CLAIMS: JSON.stringify(claims),
        TIERS: JSON.stringify(tenancy.tiers.map(({ name }) => name)),
      },
      encryptionKey: encryptionKeyOf(this, undefined),
      removalPolicy,
      concurrency: {
        unreserved:
          'Each sign-in needs it at once, so its limit is that of sign-ins; a reservation would throttle sign-ins at the start of a day.',
      },
      noDeadLetters: 'Cognito calls it synchronously, and whoever signs in is told that it failed: nothing is left to keep.',
    });
  }

  private createClient(props: TenantUserPoolProps): UserPoolClient {
    const { callbackUrls, logoutUrls = [] } = props;
    const accessTokenValidity = props.accessTokenValidity ?? DEFAULT_VALIDITY.accessToken;
    return this.userPool.addClient('Client', {
      generateSecret: false,
      // An empty list would mean Cognito's own defaults, and ALLOW_REFRESH_TOKEN_AUTH among them, which rotation excludes. Documented: "Refresh
      // token rotation isn't compatible with the authentication flow REFRESH_TOKEN_AUTH". SRP never sends the password.
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
      // A browser that lost the answer may ask again with the same token for this long.
      refreshTokenRotationGracePeriod: Duration.seconds(10),
      // Never the tenant: without a list a client may write every attribute of the pool.
      writeAttributes: new ClientAttributes().withStandardAttributes({ email: true, fullname: true, locale: true }),
      readAttributes: new ClientAttributes()
        .withStandardAttributes({ email: true, emailVerified: true, fullname: true, locale: true })
        .withCustomAttributes(this.tenantClaim),
    });
  }
}
