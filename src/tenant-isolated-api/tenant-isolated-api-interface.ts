import type { RestApi, Stage } from 'aws-cdk-lib/aws-apigateway';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';

/** What grants, metrics and alarms of a TenantIsolatedApi are made of. */
export interface ITenantIsolatedApi extends IConstruct {
  /** The API itself. */
  readonly restApi: RestApi;
  /** Where requests come in. */
  readonly stage: Stage;
  /** Decides on tokens. */
  readonly authorizerFunction: LambdaFunction;
  /** Creates tenants, and changes what they are. */
  readonly onboarding: LambdaFunction;
  /** Name of the web ACL before the stage, the dimension of its metrics; undefined with `Firewall.fromWebAclArn`. */
  readonly webAclName?: string;
}
