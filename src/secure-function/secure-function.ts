import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IGrantable, IPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { IObservable, RecommendedAlarm } from '../core';
import { dataRemovalPolicy } from '../core/private/base/data-removal-policy';
import { requireProps } from '../core/private/base/required-props';
import { encryptionKeyOf } from '../core/private/encryption-key';
import { createFunction } from '../core/private/function';
import { acknowledge } from '../core/private/rule-packs';
import { DeadLetters } from './dead-letters';
import type { FunctionCode } from './function-code';
import type { FunctionConcurrency } from './function-concurrency';
import { SecureFunctionAlarms } from './secure-function-alarms';
import type { ISecureFunction } from './secure-function-interface';
import { SecureFunctionMetrics } from './secure-function-metrics';
import { validateFunction } from './validate-function';

/** Props of SecureFunction. */
export interface SecureFunctionProps {
  /** The code: `FunctionCode.bundle('app/handler.ts')`, or `FunctionCode.of(Code.fromAsset('dist'))`. */
  readonly code: FunctionCode;
  /**
   * How many events it may handle at the same time. There is no default, because none is right for every function: a reservation throttles callers and
   * fails the deployment in a new account, and without one the function may use up the account.
   */
  readonly concurrency: FunctionConcurrency;
  /**
   * Where events end that an asynchronous caller sent and the function failed.
   *
   * @default DeadLetters.queue()
   */
  readonly deadLetters?: DeadLetters;
  /**
   * Environment variables. Any principal that may read the function's configuration and use its key can read them: keep secrets in Secrets Manager.
   *
   * @default {}
   */
  readonly environment?: Record<string, string>;
  /**
   * How long an event may take, 1 to 900 seconds. API Gateway waits 29 seconds.
   *
   * @default Duration.seconds(10)
   */
  readonly timeout?: Duration;
  /**
   * Memory in MiB, 128 to 10,240; the processor's share grows with it.
   *
   * @default 512
   */
  readonly memorySize?: number;
  /**
   * Its connections begin in private subnets of this VPC, in a security group that allows none of them: allow each by `function.connections`.
   *
   * @default - no VPC: it may connect to anything that is public, and to nothing that is private
   */
  readonly vpc?: IVpc;
  /**
   * Encrypts log, environment variables and dead letters. A key, not an alias. The policy of a key of this app gets the statement that CloudWatch Logs
   * needs; for an imported key, a warning holds the statement to add.
   *
   * @default AppKey.of(this)
   */
  readonly encryptionKey?: IKey;
  /**
   * Name that people look for its log by: the log group becomes `/aws/lambda/<name>`. A log that was retained when its stack was deleted keeps the
   * name too: delete it or choose another before the function is created again.
   *
   * @default - a generated name
   */
  readonly name?: string;
  /**
   * What becomes of log and dead letters when the function leaves its stack. DESTROY also needs `DataDestruction.allow` on a scope above.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A function of your own, made as this package makes its own ones: a role that names what it may do, an encrypted log with an end, JSON log lines,
 * tracing, and a decision on concurrency and on failed events. What its code may do is granted to it.
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
  /** The function itself: for routes, event sources, aliases and further variables. */
  public readonly function: LambdaFunction;
  /** What its code may do is granted to this role. */
  public readonly role: Role;
  /** The role, for grants: `table.grantReadData(function)`, `tenants.grants.openSessions(function)`. */
  public readonly grantPrincipal: IPrincipal;
  /** Where failed events of asynchronous callers end; undefined with `DeadLetters.none`. */
  public readonly deadLetterQueue?: Queue;
  /** What the function measures. */
  public readonly metrics: SecureFunctionMetrics;
  /** Alarms, made on demand. */
  public readonly alarms: SecureFunctionAlarms;
  /** Where it logs. */
  public readonly logGroups: ILogGroup[];

  /**
   * @param scope the parent construct
   * @param id unique within the scope
   * @param props the code, how much of it may run at once, and what is other than the defaults
   * @throws when a limit or a variable's name is one that Lambda rejects, or when the log would be destroyed without a scope that allows it
   */
  constructor(scope: Construct, id: string, props: SecureFunctionProps) {
    super(scope, id);
    requireProps(this, props, { code: true, concurrency: true });
    validateFunction(this, props);
    const encryptionKey = encryptionKeyOf(this, props.encryptionKey);
    const removalPolicy = dataRemovalPolicy(this, props.removalPolicy);
    const deadLetters = this.createDeadLetters(props.deadLetters ?? DeadLetters.queue(), encryptionKey, removalPolicy);
    this.deadLetterQueue = 'queue' in deadLetters ? deadLetters.queue : undefined;

    const parts = createFunction(this, 'Function', {
      make: props.code._make,
      timeout: props.timeout ?? Duration.seconds(10),
      memorySize: props.memorySize ?? 512,
      environment: props.environment ?? {},
      environmentKey: encryptionKey,
      encryptionKey,
      removalPolicy,
      name: props.name,
      concurrency: props.concurrency._setting,
      deadLetters,
      network: props.vpc === undefined ? { open: OPEN_NETWORK } : { vpc: props.vpc },
    });
    this.function = parts.function;
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

  private createDeadLetters({ _noneBecause: none }: DeadLetters, key: IKey, removalPolicy: RemovalPolicy) {
    if (none !== undefined) return { none };
    const queue = new Queue(this, 'DeadLetterQueue', {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy,
    });
    acknowledge(queue, ['Serverless'], 'SQSRedrivePolicy', 'This is the dead-letter queue of a function: nothing reads it but people.');
    return { queue, key };
  }
}

/** Documented: "Using AWS Lambda IAM condition keys for VPC settings" (AWS Compute Blog). */
const OPEN_NETWORK =
  'Nothing can connect to it: it is reached by invocations alone, which IAM decides. Where its code connects to is not limited; where that is to be, or where it needs what is private, it is given a VPC.';
