import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';

/** The parts of a TenantUserPool that its metrics and alarms use. */
export interface ITokenTrigger extends IConstruct {
  /** The function that adds the claims to each token, or rejects the sign-in. */
  readonly trigger: LambdaFunction;
}
