import type { RestApi, Stage } from 'aws-cdk-lib/aws-apigateway';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';

/** The parts of a TenantIsolatedApi that its grants, metrics and alarms use. */
export interface ITenantIsolatedApi extends IConstruct {
  /** The REST API. */
  readonly restApi: RestApi;
  /** The stage that serves requests. */
  readonly stage: Stage;
  /** The Lambda authorizer. */
  readonly authorizerFunction: LambdaFunction;
  /** The function that creates and changes tenants. */
  readonly onboarding: LambdaFunction;
  /** Name of the web ACL of the stage, which is the dimension of its metrics. Undefined with `Firewall.fromWebAclArn`. */
  readonly webAclName?: string;
}
