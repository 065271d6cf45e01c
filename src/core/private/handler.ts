import { join } from 'node:path';
import { type Duration, Stack } from 'aws-cdk-lib';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Variables } from '../../runtime/environment';
import { createFunction, type FunctionParts, type FunctionSettings } from './function';
import type { Logged } from './retained';

/** The settings of a handler of this package, and of its function. */
export interface HandlerProps<Settings extends object> extends Logged {
  /** Folder of the bundle below `assets/`: `tenant-isolated-api/authorizer`. */
  readonly asset: string;
  readonly description: string;
  readonly timeout: Duration;
  /** In MiB. Defaults to 512. */
  readonly memorySize?: number;
  /** Each setting that the handler reads, and no other. */
  readonly settings: Settings;
  /** How the settings are written as environment variables. The handler has the same list. */
  readonly variables: Variables<Settings>;
  /** What to do if the environment variables are too large for Lambda. */
  readonly environmentRemedy?: string;
  /** The log group becomes `/aws/lambda/<name>`; a generated name where it is absent. */
  readonly name?: string;
  readonly concurrency: FunctionSettings['concurrency'];
  /** Why failed events need no dead-letter queue. */
  readonly noDeadLetters: string;
  /** Why it needs no VPC. */
  readonly openNetwork?: string;
}

/** A function with its role and log group. */
export type Handler = FunctionParts;

/**
 * Creates a function for a handler that is bundled with this package, as the children `<id>`, `<id>Role` and `<id>Logs` of a construct. Permissions
 * other than logging and tracing are granted to its role. Its environment holds names and no secrets, so that Lambda's own key encrypts it.
 */
export function createHandler<Settings extends object>(scope: Construct, id: string, props: HandlerProps<Settings>): Handler {
  const { asset, settings, variables, noDeadLetters, openNetwork = PUBLIC_ENDPOINTS, ...rest } = props;
  return createFunction(scope, id, {
    memorySize: 512,
    ...rest,
    environment: environmentOf(scope, settings, variables),
    make: (parent, name, options) =>
      new LambdaFunction(parent, name, {
        ...options,
        code: Code.fromAsset(join(__dirname, '..', '..', '..', 'assets', asset)),
        handler: 'index.handler',
        runtime: Runtime.NODEJS_24_X,
        architecture: Architecture.ARM_64,
      }),
    deadLetters: { none: noDeadLetters },
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
  'It talks to services of AWS by their public endpoints only, where IAM decides; its role names each thing that it may do.';
