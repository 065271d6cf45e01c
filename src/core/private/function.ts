import type { Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type CfnFunction, type FunctionOptions, type Function as LambdaFunction, LoggingFormat } from 'aws-cdk-lib/aws-lambda';
import { type LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { createServicePolicy, type ServicePolicyProps } from './function-service-policy';
import { description, limitEnvironment, limitFunctionPolicy, limitRolePolicies } from './limits';
import { createLogGroup } from './log-group';
import type { Logged } from './retained';
import { acknowledge, REGULATED } from './rule-packs';

/** The settings of a function, the package's own or a user's. What is left out needs a reason, because rule packs ask for one. */
export interface FunctionSettings extends ServicePolicyProps, Logged {
  /** Creates the function with its code, runtime and architecture. */
  readonly create: (scope: Construct, id: string, props: FunctionOptions) => LambdaFunction;
  readonly description?: string;
  readonly timeout: Duration;
  /** MiB */
  readonly memorySize: number;
  readonly environment: Record<string, string>;
  /** What to do if the environment variables are too large for Lambda. */
  readonly environmentRemedy?: string;
  /** Names the log group `/aws/lambda/<name>`. Defaults to a generated name. */
  readonly name?: string;
  /** The reserved concurrency, or why none is reserved. */
  readonly concurrency: { readonly reserved: number } | { readonly unreserved: string };
}

/** A function with its role and log group. */
export interface FunctionParts {
  readonly function: LambdaFunction;
  readonly role: Role;
  readonly logGroup: LogGroup;
}

/**
 * Creates a function as the children `<id>`, `<id>Role` and `<id>Logs` of a construct, and acknowledges the rule packs' findings in it.
 * What the Lambda service itself needs is in a separate policy, so that the finding acknowledged there (`*` as a resource) hides nothing
 * that the code is granted.
 */
export function createFunction(scope: Construct, id: string, settings: FunctionSettings): FunctionParts {
  const { create, name, encryptionKey, environmentKey, removalPolicy, logRetention, concurrency, deadLetters, network, ...rest } = settings;
  const { environmentRemedy = FEWER_VARIABLES, ...plain } = rest;
  const logGroup = createLogGroup(scope, `${id}Logs`, {
    logGroupName: name === undefined ? undefined : `/aws/lambda/${name}`,
    logRetention,
    standardRetention: RetentionDays.ONE_MONTH,
    encryptionKey,
    removalPolicy,
  });
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  createServicePolicy(role, settings);
  const handler = create(scope, id, {
    ...plain,
    description: plain.description === undefined ? undefined : description(plain.description),
    environmentEncryption: environmentKey,
    loggingFormat: LoggingFormat.JSON,
    logGroup,
    role,
    ...('reserved' in concurrency ? { reservedConcurrentExecutions: concurrency.reserved } : {}),
    ...('queue' in deadLetters ? { deadLetterQueue: deadLetters.queue } : {}),
    ...('vpc' in network ? { vpc: network.vpc, allowAllOutbound: false } : {}),
  });
  // The L2's `tracing` would add its permission, whose resource is *, to the policy of the code.
  (handler.node.defaultChild as CfnFunction).tracingConfig = { mode: 'Active' };
  acknowledge(role.node.findChild('DefaultPolicy'), REGULATED, 'IAMNoInlinePolicy', OWN_POLICY);
  if ('open' in network) acknowledge(handler, REGULATED, 'LambdaInsideVPC', network.open);
  if ('none' in deadLetters) acknowledge(handler, ['HIPAA.Security', 'NIST.800.53.R5', 'Serverless'], 'LambdaDLQ', deadLetters.none);
  if ('unreserved' in concurrency) {
    acknowledge(handler, ['HIPAA.Security', 'NIST.800.53.R5'], 'LambdaConcurrency', concurrency.unreserved);
  }
  limitEnvironment(handler, environmentRemedy);
  limitFunctionPolicy(handler);
  limitRolePolicies(role);
  return { function: handler, role, logGroup };
}

const FEWER_VARIABLES =
  'Use fewer variables or shorter values. In functions of this package they contain names of tiers and ids of usage plans and app clients.';
const OWN_POLICY = 'The policy is for this one function only. A managed policy could be attached elsewhere.';
