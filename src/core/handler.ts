import { join } from 'node:path';
import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Code, Function as LambdaFunction, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { type LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { description, limitEnvironment, limitFunctionPolicy } from './limits';
import { createLogGroup } from './log-group';
import { acknowledge, type RulePack } from './rule-packs';

const all: RulePack[] = ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'];

/** What makes a handler of this package a function. */
export interface HandlerProps {
  /** Folder of the bundle below `assets/`: `tenant-isolated-api/authorizer`. */
  readonly asset: string;
  readonly description: string;
  readonly timeout: Duration;
  /** MiB; 512 where it is absent. */
  readonly memorySize?: number;
  readonly environment: Record<string, string>;
  readonly encryptionKey: IKey;
  /** Of the log. */
  readonly removalPolicy: RemovalPolicy;
  /** The log group becomes `/aws/lambda/<name>`; a generated name where it is absent. */
  readonly name?: string;
  readonly reservedConcurrentExecutions?: number;
  /** Why it needs no reservation; without it one is made. */
  readonly noReservation?: string;
  /** Why nothing needs a queue for its failed events. */
  readonly noDeadLetters: string;
}

/** A function with the role and the log that belong to it. */
export interface Handler {
  readonly function: LambdaFunction;
  readonly role: Role;
  readonly logGroup: LogGroup;
}

/**
 * Makes a function of a handler that is bundled with this package, as the children `<id>`, `<id>Role` and `<id>Logs` of a construct; answers what
 * rule packs find in any such function. What it may do besides logging and tracing is granted to its role.
 */
export function createHandler(scope: Construct, id: string, props: HandlerProps): Handler {
  const { asset, name, encryptionKey, removalPolicy, noReservation, noDeadLetters, ...rest } = props;
  const logGroup = createLogGroup(scope, `${id}Logs`, {
    logGroupName: name === undefined ? undefined : `/aws/lambda/${name}`,
    retention: RetentionDays.ONE_MONTH,
    encryptionKey,
    removalPolicy,
  });
  const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  const handler = new LambdaFunction(scope, id, {
    memorySize: 512,
    ...rest,
    description: description(props.description),
    code: Code.fromAsset(join(__dirname, '..', '..', 'assets', asset)),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    tracing: Tracing.ACTIVE,
    loggingFormat: LoggingFormat.JSON,
    logGroup,
    role,
  });
  limitEnvironment(handler, 'It holds the names of tiers and the ids of plans and app clients: use fewer, or shorter names.');
  limitFunctionPolicy(handler);
  const policy = role.node.findChild('DefaultPolicy');
  acknowledge(
    policy,
    all,
    'IAMNoInlinePolicy',
    'The policy is of use to this one function and no other: a managed policy could be attached elsewhere.',
  );
  acknowledge(
    policy,
    ['AwsSolutions'],
    'IAM5[Resource::*]',
    'X-Ray has no resources for the permissions to send traces; the statement with * holds these two actions only.',
  );
  acknowledge(
    handler,
    all,
    'LambdaInsideVPC',
    'It talks to services of AWS by their public endpoints only, where IAM decides; its role names each thing that it may do.',
  );
  acknowledge(handler, ['HIPAA.Security', 'NIST.800.53.R5', 'Serverless'], 'LambdaDLQ', noDeadLetters);
  if (noReservation !== undefined) acknowledge(handler, ['HIPAA.Security', 'NIST.800.53.R5'], 'LambdaConcurrency', noReservation);
  return { function: handler, role, logGroup };
}
