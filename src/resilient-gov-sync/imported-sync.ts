import { type IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { type IStateMachine, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { KEY, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import { importedQueue } from '../core/private/imported-queue';
import type { IResilientGovSync, ResilientGovSyncAttributes } from './resilient-gov-sync-interface';

/** A sync of another stack or app. It recommends no alarms by itself: its owner's stack has them. */
export class ImportedSync extends Construct implements IResilientGovSync {
  public readonly stateMachine: IStateMachine;
  public readonly startFunction: IFunction;
  public readonly statusFunction: IFunction;
  public readonly resolveFunction: IFunction;
  public readonly deadLetterQueue: IQueue;

  constructor(scope: Construct, id: string, attributes: ResilientGovSyncAttributes) {
    super(scope, id);
    checkProps(this, attributes, ATTRIBUTES);
    this.stateMachine = StateMachine.fromStateMachineArn(this, 'StateMachine', attributes.stateMachineArn);
    this.startFunction = LambdaFunction.fromFunctionArn(this, 'StartFunction', attributes.startFunctionArn);
    this.statusFunction = LambdaFunction.fromFunctionArn(this, 'StatusFunction', attributes.statusFunctionArn);
    this.resolveFunction = LambdaFunction.fromFunctionArn(this, 'ResolveFunction', attributes.resolveFunctionArn);
    this.deadLetterQueue = importedQueue(this, 'DeadLetterQueue', attributes.deadLetterQueueArn, attributes.encryptionKey);
  }
}

const ATTRIBUTES: PropKinds<ResilientGovSyncAttributes> = {
  stateMachineArn: required(STRING),
  startFunctionArn: required(STRING),
  statusFunctionArn: required(STRING),
  resolveFunctionArn: required(STRING),
  deadLetterQueueArn: required(STRING),
  encryptionKey: KEY,
};
