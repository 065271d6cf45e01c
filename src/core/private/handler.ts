import { join } from 'node:path';
import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Environment } from '../../runtime/environment';
import { createFunction, type FunctionParts, type FunctionSettings } from './function';

/** What makes a handler of this package a function. */
export interface HandlerProps<Names extends readonly string[]> {
  /** Folder of the bundle below `assets/`: `tenant-isolated-api/authorizer`. */
  readonly asset: string;
  readonly description: string;
  readonly timeout: Duration;
  /** MiB; 512 where it is absent. */
  readonly memorySize?: number;
  /** Each variable that the handler reads, and no other: both sides share the list of names. */
  readonly environment: Environment<Names>;
  readonly encryptionKey: IKey;
  /** Of the log. */
  readonly removalPolicy: RemovalPolicy;
  /** The construct's own prop. */
  readonly logRetention?: RetentionDays;
  /** The log group becomes `/aws/lambda/<name>`; a generated name where it is absent. */
  readonly name?: string;
  readonly concurrency: FunctionSettings['concurrency'];
  /** Why nothing needs a queue for its failed events. */
  readonly noDeadLetters: string;
}

/** A function with the role and the log that belong to it. */
export type Handler = FunctionParts;

/**
 * Makes a function of a handler that is bundled with this package, as the children `<id>`, `<id>Role` and `<id>Logs` of a construct. What it may do
 * besides logging and tracing is granted to its role. Its environment holds names and no secrets, so that Lambda's own key encrypts it.
 */
export function createHandler<Names extends readonly string[]>(scope: Construct, id: string, props: HandlerProps<Names>): Handler {
  const { asset, noDeadLetters, ...rest } = props;
  return createFunction(scope, id, {
    memorySize: 512,
    ...rest,
    make: (parent, name, options) =>
      new LambdaFunction(parent, name, {
        ...options,
        code: Code.fromAsset(join(__dirname, '..', '..', '..', 'assets', asset)),
        handler: 'index.handler',
        runtime: Runtime.NODEJS_24_X,
        architecture: Architecture.ARM_64,
      }),
    deadLetters: { none: noDeadLetters },
    network: {
      open: 'It talks to services of AWS by their public endpoints only, where IAM decides; its role names each thing that it may do.',
    },
  });
}
