import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { CatchProps, IChainable, INextable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { TransportName } from './lambda/transport';

/** A task that makes one call. */
export interface CallState extends INextable, IChainable {
  addCatch(handler: IChainable, props?: CatchProps): unknown;
}

/** What a call is made of: the settings that are the same for all of them, and expressions in JSONata for the others. */
export interface CallProps {
  /** `https://api.example.com` */
  readonly origin: string;
  readonly method: string;
  /** The variable with what `record` returned. */
  readonly call: string;
  readonly assign: Record<string, unknown>;
}

/** One way to make a call. */
export interface TransportVariant {
  readonly name: TransportName;
  /** The longest time until a call has ended, in seconds. */
  readonly timeoutSeconds: number;
  /** Creates the task of a call. */
  createCall(scope: Construct, id: string, props: CallProps): CallState;
  /** What the role of the state machine needs for its calls. */
  statements(stateMachineArns: string[], origin: string): PolicyStatement[];
  /** Lets a function read what it sends. */
  allowPayloads(bucket: Bucket): void;
}
