import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';

/** A LakeErasure that is created in this app. */
export interface ILakeErasure extends IConstruct {
  /** The function that operators invoke to open an erasure. Whoever may invoke it can delete any item: `grants.start(role)`. */
  readonly startFunction: IFunction;
  /** The function that erases, each hour and when an erasure is opened. */
  readonly eraseFunction: IFunction;
}
