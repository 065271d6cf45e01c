import { type IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { type IStateMachine, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { checkArnHere } from '../core/private/base/arn-here';
import { KEY, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import { importedQueue } from '../core/private/imported-queue';
import type { IResilientGovSync, ResilientGovSyncAttributes } from './resilient-gov-sync-interface';

/**
 * A sync of another stack or app, of the same account and Region: its metrics are there, and a role of another account would need the policies
 * of its functions. It recommends no alarms by itself: its owner's stack has them.
 */
export class ImportedSync extends Construct implements IResilientGovSync {
  public readonly stateMachine: IStateMachine;
  public readonly startFunction: IFunction;
  public readonly statusFunction: IFunction;
  public readonly resolveFunction: IFunction;
  public readonly sourceFunction?: IFunction;
  public readonly deadLetterQueue: IQueue;

  constructor(scope: Construct, id: string, attributes: ResilientGovSyncAttributes) {
    super(scope, id);
    checkProps(this, attributes, ATTRIBUTES);
    for (const [attribute, service] of Object.entries(SERVICES)) {
      checkArnHere(this, attribute, service, attributes[attribute as keyof typeof SERVICES]);
    }
    this.stateMachine = StateMachine.fromStateMachineArn(this, 'StateMachine', attributes.stateMachineArn);
    this.startFunction = LambdaFunction.fromFunctionArn(this, 'StartFunction', attributes.startFunctionArn);
    this.statusFunction = LambdaFunction.fromFunctionArn(this, 'StatusFunction', attributes.statusFunctionArn);
    this.resolveFunction = LambdaFunction.fromFunctionArn(this, 'ResolveFunction', attributes.resolveFunctionArn);
    const { sourceFunctionArn } = attributes;
    if (sourceFunctionArn !== undefined) this.sourceFunction = LambdaFunction.fromFunctionArn(this, 'SourceFunction', sourceFunctionArn);
    this.deadLetterQueue = importedQueue(this, 'DeadLetterQueue', attributes.deadLetterQueueArn, attributes.encryptionKey);
  }
}

/** What the ARN of an attribute is of. */
const SERVICES = {
  stateMachineArn: 'states',
  startFunctionArn: 'lambda',
  statusFunctionArn: 'lambda',
  resolveFunctionArn: 'lambda',
  sourceFunctionArn: 'lambda',
  deadLetterQueueArn: 'sqs',
} as const;

const ATTRIBUTES: PropKinds<ResilientGovSyncAttributes> = {
  stateMachineArn: required(STRING),
  startFunctionArn: required(STRING),
  statusFunctionArn: required(STRING),
  resolveFunctionArn: required(STRING),
  sourceFunctionArn: STRING,
  deadLetterQueueArn: required(STRING),
  encryptionKey: KEY,
};
