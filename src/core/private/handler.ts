import { join } from 'node:path';
import { type Duration, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Code, Function as LambdaFunction, type RecursiveLoop, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Variables } from '../../runtime/environment';
import { createFunction, type FunctionParts, type FunctionSettings } from './function';
import type { Logged } from './retained';

/** The settings of a function with a handler of this package. */
export interface HandlerProps<Settings extends object> extends Logged {
  /** Folder of the bundle in `assets/`: `tenant-isolated-api/authorizer`. */
  readonly asset: string;
  readonly description: string;
  readonly timeout: Duration;
  /** In MiB. Defaults to 512. */
  readonly memorySize?: number;
  /** Exactly the settings that the handler reads. */
  readonly settings: Settings;
  /** How the settings are written as environment variables. The handler has the same list. */
  readonly variables: Variables<Settings>;
  /** What to do if the environment variables are too large for Lambda. */
  readonly environmentRemedy?: string;
  /** Names the log group `/aws/lambda/<name>`. Defaults to a generated name. */
  readonly name?: string;
  readonly concurrency: FunctionSettings['concurrency'];
  /** Why failed events need no dead-letter queue, or the queue and its key. */
  readonly noDeadLetters: string | { readonly queue: IQueue; readonly key: IKey };
  /** For a function that sends to what invokes it, on purpose. It must end the loop itself. */
  readonly recursiveLoop?: RecursiveLoop;
  /** Why it needs no VPC. */
  readonly openNetwork?: string;
}

/** A function with its role and log group. */
export type Handler = FunctionParts;

/**
 * Creates a function with a handler that is bundled with this package, as the children `<id>`, `<id>Role` and `<id>Logs` of a construct.
 * Permissions other than logging and tracing must be granted to its role. The AWS managed key encrypts its environment variables, because
 * they contain no secrets.
 */
export function createHandler<Settings extends object>(scope: Construct, id: string, props: HandlerProps<Settings>): Handler {
  const { asset, settings, variables, noDeadLetters, openNetwork = PUBLIC_ENDPOINTS, recursiveLoop, ...rest } = props;
  return createFunction(scope, id, {
    memorySize: 512,
    ...rest,
    environment: environmentOf(scope, settings, variables),
    create: (parent, name, options) =>
      new LambdaFunction(parent, name, {
        ...options,
        code: Code.fromAsset(join(__dirname, '..', '..', '..', 'assets', asset)),
        handler: 'index.handler',
        runtime: Runtime.NODEJS_24_X,
        architecture: Architecture.ARM_64,
        ...(recursiveLoop === undefined ? {} : { recursiveLoop }),
      }),
    deadLetters: typeof noDeadLetters === 'string' ? { none: noDeadLetters } : noDeadLetters,
    network: { open: openNetwork },
  });
}

/** Settings without a value have no variable. JSON may contain tokens. */
function environmentOf<Settings extends object>(
  scope: Construct,
  settings: Settings,
  variables: Variables<Settings>,
): Record<string, string> {
  const written = Object.entries<string>(variables).flatMap(([name, notation]) => {
    const value = (settings as Readonly<Record<string, unknown>>)[name];
    if (value === undefined) return [];
    return [[name, notation.startsWith('json') ? Stack.of(scope).toJsonString(value) : (value as string)] as const];
  });
  return Object.fromEntries(written);
}

const PUBLIC_ENDPOINTS =
  'The function only calls public endpoints of AWS services, where IAM authorizes each call. Its role lists each permission.';
