import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';

/** A LakeErasure, as its metrics and alarms need it. */
export interface ILakeErasure extends IConstruct {
  /** The function that operators invoke. Whoever may invoke it can delete any item: `function.grantInvoke(role)`. */
  readonly function: IFunction;
}
