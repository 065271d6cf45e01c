import { join } from 'node:path';
import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Environment } from '../../runtime/environment';
import { createFunction, type FunctionParts, type FunctionSettings } from './function';

/** The settings of a function with a handler of this package. */
export interface HandlerProps<Names extends readonly string[]> {
  /** Folder of the bundle in `assets/`: `tenant-isolated-api/authorizer`. */
  readonly asset: string;
  readonly description: string;
  readonly timeout: Duration;
  /** In MiB. Defaults to 512. */
  readonly memorySize?: number;
  /** Exactly the variables that the handler reads: both sides share the list of names. */
  readonly environment: Environment<Names>;
  readonly encryptionKey: IKey;
  /** Removal policy of the log group. */
  readonly removalPolicy: RemovalPolicy;
  /** The construct's prop. Defaults to the setting of a scope above, or else to 30 days. */
  readonly logRetention?: RetentionDays;
  /** Names the log group `/aws/lambda/<name>`. Defaults to a generated name. */
  readonly name?: string;
  readonly concurrency: FunctionSettings['concurrency'];
  /** Why failed events need no dead-letter queue. */
  readonly noDeadLetters: string;
}

/** A function with its role and log group. */
export type Handler = FunctionParts;

/**
 * Creates a function with a handler that is bundled with this package, as the children `<id>`, `<id>Role` and `<id>Logs` of a construct.
 * Permissions other than logging and tracing must be granted to its role. The AWS managed key encrypts its environment variables, because
 * they contain no secrets.
 */
export function createHandler<Names extends readonly string[]>(scope: Construct, id: string, props: HandlerProps<Names>): Handler {
  const { asset, noDeadLetters, ...rest } = props;
  return createFunction(scope, id, {
    memorySize: 512,
    ...rest,
    create: (parent, name, options) =>
      new LambdaFunction(parent, name, {
        ...options,
        code: Code.fromAsset(join(__dirname, '..', '..', '..', 'assets', asset)),
        handler: 'index.handler',
        runtime: Runtime.NODEJS_24_X,
        architecture: Architecture.ARM_64,
      }),
    deadLetters: { none: noDeadLetters },
    network: {
      open: 'The function only calls public endpoints of AWS services, where IAM authorizes each call. Its role lists each permission.',
    },
  });
}
