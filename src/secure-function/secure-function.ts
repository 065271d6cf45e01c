import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IGrantable, IPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction, IVersion, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { DashboardGraph, IObservable, RecommendedAlarm } from '../core';
import { DURATION, having, KEY, literal, NUMBER, REMOVAL_POLICY, RETENTION_DAYS, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import { createQueue } from '../core/private/encrypted-queue';
import { createFunction } from '../core/private/function';
import { loggedBy, type Retained, retainedBy } from '../core/private/retained';
import { acknowledge } from '../core/private/rule-packs';
import { DeadLetters } from './dead-letters';
import type { FunctionCode } from './function-code';
import type { FunctionConcurrency } from './function-concurrency';
import { ImportedSecureFunction } from './imported-secure-function';
import { SecureFunctionAlarms } from './secure-function-alarms';
import { graphsOf } from './secure-function-graphs';
import type { ISecureFunction, SecureFunctionAttributes } from './secure-function-interface';
import { SecureFunctionMetrics } from './secure-function-metrics';
import { validateFunction } from './validate-function';

/** Props of SecureFunction. */
export interface SecureFunctionProps {
  /** The code: `FunctionCode.bundle('app/handler.ts')`, or `FunctionCode.of(Code.fromAsset('dist'))`. */
  readonly code: FunctionCode;
  /**
   * How many events the function may process at the same time. There is no default, because none is right for every function: a
   * reservation throttles callers and makes the deployment fail in a new account, and without one the function may use up the concurrency
   * of the account.
   */
  readonly concurrency: FunctionConcurrency;
  /**
   * What happens to asynchronous events that the function failed to process.
   *
   * @default DeadLetters.queue()
   */
  readonly deadLetters?: DeadLetters;
  /**
   * Environment variables. Every principal that may read the function's configuration and use its key can read them, so keep secrets in
   * Secrets Manager.
   *
   * @default {}
   */
  readonly environment?: Record<string, string>;
  /**
   * How long an invocation may take, 1 to 900 seconds. API Gateway waits 29 seconds.
   *
   * @default Duration.seconds(10)
   */
  readonly timeout?: Duration;
  /**
   * Memory in MiB, 128 to 10,240. CPU power is proportional to it.
   *
   * @default 512
   */
  readonly memorySize?: number;
  /**
   * Connects the function to private subnets of this VPC. Its security group allows no outbound traffic: allow each connection with
   * `function.connections`.
   *
   * @default - no VPC: the function can connect to public endpoints only
   */
  readonly vpc?: IVpc;
  /**
   * Encrypts the log, environment variables and dead letters. A key, not an alias. The policy of a key of this app gets the statement that
   * CloudWatch Logs needs; for an imported key, a warning holds the statement to add.
   *
   * @default AppKey.of(this)
   */
  readonly encryptionKey?: IKey;
  /**
   * Name of the log group, `/aws/lambda/<name>`. A log group that was retained when its stack was deleted still occupies its name: delete
   * it, or choose another name, before the function is created again.
   *
   * @default - a generated name
   */
  readonly name?: string;
  /**
   * How long the log group keeps events.
   *
   * @default - LogRetention of the nearest scope, else RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;
  /**
   * What happens to the log and the dead letters when the function is removed from its stack. DESTROY also needs `DataDestruction.allow` on
   * a scope above.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A Lambda function for your own code with the same secure defaults as the functions of this library: a least-privilege role, an
 * encrypted log with a retention period, JSON log lines, tracing, and explicit choices for concurrency and failed events.
 *
 * @example
 * import { Stack } from 'aws-cdk-lib';
 * import { FunctionCode, FunctionConcurrency, SecureFunction } from 'cdk-andamio';
 *
 * declare const stack: Stack;
 * new SecureFunction(stack, 'Evaluations', {
 *   code: FunctionCode.bundle('app/evaluations.ts'),
 *   concurrency: FunctionConcurrency.reserved(50),
 * });
 */
export class SecureFunction extends Construct implements ISecureFunction, IGrantable, IObservable {
  /**
   * Imports a SecureFunction of another stack or app, to watch it and to grant its use: `SecureFunctionAlarms.fromSecureFunction(imported)`,
   * `imported.function.grantInvoke(role)`. Alarms are created in the scope of the import, which is in the function's account and Region.
   *
   * @param attributes attributes of the function
   * @throws when the key is an alias
   */
  public static fromSecureFunctionAttributes(scope: Construct, id: string, attributes: SecureFunctionAttributes): ISecureFunction {
    return new ImportedSecureFunction(scope, id, attributes);
  }

  /** The Lambda function, for routes, event sources and permissions to invoke it. */
  public readonly function: IFunction;
  /** The execution role: grant it what the code needs. */
  public readonly role: Role;
  /** The execution role, so that the construct is a grantee: `table.grantReadData(function)`, `tenants.grants.openSessions(function)`. */
  public readonly grantPrincipal: IPrincipal;
  /** The queue of asynchronous events that failed; undefined with `DeadLetters.none`. */
  public readonly deadLetterQueue?: IQueue;
  /** Metrics of the function. */
  public readonly metrics: SecureFunctionMetrics;
  /** Recommended alarms, each created on first use. */
  public readonly alarms: SecureFunctionAlarms;
  /** Log group of the function. */
  public readonly logGroups: ILogGroup[];

  private readonly made: LambdaFunction;

  /**
   * @param scope the parent construct
   * @param id unique within the scope
   * @param props the code, its concurrency, and options
   * @throws when Lambda would reject a limit or the name of a variable, or when the log would be destroyed without a scope that allows it
   */
  constructor(scope: Construct, id: string, props: SecureFunctionProps) {
    super(scope, id);
    checkProps(this, props, PROPS);
    validateFunction(this, props);
    const retained = retainedBy(this, props);
    const deadLetters = this.createDeadLetters(props.deadLetters ?? DeadLetters.queue(), retained);
    this.deadLetterQueue = 'queue' in deadLetters ? deadLetters.queue : undefined;

    const parts = createFunction(this, 'Function', {
      create: props.code._create,
      timeout: props.timeout ?? Duration.seconds(10),
      memorySize: props.memorySize ?? 512,
      environment: props.environment ?? {},
      environmentKey: retained.encryptionKey,
      ...loggedBy(props, retained),
      name: props.name,
      concurrency: props.concurrency._setting,
      deadLetters,
      network: props.vpc === undefined ? { open: OPEN_NETWORK } : { vpc: props.vpc },
    });
    this.function = parts.function;
    this.made = parts.function;
    this.role = parts.role;
    this.grantPrincipal = parts.role;
    this.node.defaultChild = parts.function.node.defaultChild;
    this.logGroups = [parts.logGroup];
    this.metrics = SecureFunctionMetrics.fromSecureFunction(this);
    this.alarms = SecureFunctionAlarms.fromSecureFunction(this);
  }

  public get recommendedAlarms(): RecommendedAlarm[] {
    return this.alarms.recommended;
  }

  public get graphs(): DashboardGraph[] | undefined {
    return graphsOf(this.metrics, this.deadLetterQueue !== undefined);
  }

  /** The version of the code and configuration as they are at synthesis, for aliases and deployments that shift traffic. */
  public get currentVersion(): IVersion {
    return this.made.currentVersion;
  }

  /**
   * Adds an environment variable whose value is only known after the function was created, such as the ARN of a role that trusts it.
   *
   * @param name a name that Lambda does not reserve
   * @param value not a secret
   * @throws when the name is invalid
   */
  public addEnvironment(name: string, value: string): void {
    validateFunction(this, { environment: { [name]: value } });
    this.made.addEnvironment(name, value);
  }

  private createDeadLetters({ _noneBecause: none }: DeadLetters, retained: Retained) {
    if (none !== undefined) return { none };
    const queue = createQueue(this, 'DeadLetterQueue', retained, { retentionPeriod: Duration.days(14) });
    acknowledge(queue, ['Serverless'], 'SQSRedrivePolicy', 'This is the dead-letter queue of a function, which only operators read.');
    return { queue, key: retained.encryptionKey };
  }
}

/** Documented: "Using AWS Lambda IAM condition keys for VPC settings" (AWS Compute Blog). */
const OPEN_NETWORK =
  'Nothing can connect to the function: it can only be invoked, which IAM authorizes. Its outbound connections are not limited. Set the prop vpc to limit them, or to reach private endpoints.';

const PROPS: PropKinds<SecureFunctionProps> = {
  code: required(having<FunctionCode>('FunctionCode.bundle(…) or FunctionCode.of(…)', '_create')),
  concurrency: required(having<FunctionConcurrency>('FunctionConcurrency.reserved(…) or FunctionConcurrency.unreserved(…)', '_setting')),
  deadLetters: having<DeadLetters>('DeadLetters.queue() or DeadLetters.none(…)', '_noneBecause'),
  environment: literal<Record<string, string>>('an object of names and values'),
  timeout: DURATION,
  memorySize: NUMBER,
  vpc: having<IVpc>('a VPC', 'vpcId', 'privateSubnets'),
  encryptionKey: KEY,
  name: STRING,
  logRetention: RETENTION_DAYS,
  removalPolicy: REMOVAL_POLICY,
};
