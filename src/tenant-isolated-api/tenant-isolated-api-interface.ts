import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';

/**
 * A TenantIsolatedApi that is created in this app, or imported. An imported one can be watched, and its onboarding invoked. Routes are
 * added in the app that creates the API, because only there they get its authorizer and are deployed.
 */
export interface ITenantIsolatedApi extends IConstruct {
  /** Id of the REST API. */
  readonly restApiId: string;
  /** Name of the REST API, which is the dimension of its metrics. */
  readonly restApiName: string;
  /** Name of the stage that serves requests. */
  readonly stageName: string;
  /** The Lambda authorizer. */
  readonly authorizerFunction: IFunction;
  /** The function that creates and changes tenants. */
  readonly onboarding: IFunction;
  /** Name of the web ACL of the stage, which is the dimension of its metrics. Undefined with `Firewall.fromWebAclArn`. */
  readonly webAclName?: string;
}

/** Attributes of a TenantIsolatedApi that is created in another stack or app. */
export interface TenantIsolatedApiAttributes {
  /** Id of the REST API. */
  readonly restApiId: string;
  /** Name of the REST API, which is the dimension of its metrics. */
  readonly restApiName: string;
  /**
   * Name of the stage that serves requests.
   *
   * @default 'prod'
   */
  readonly stageName?: string;
  /** ARN of the Lambda authorizer. */
  readonly authorizerFunctionArn: string;
  /** ARN of the function that creates and changes tenants. */
  readonly onboardingArn: string;
  /**
   * Name of the web ACL of the stage.
   *
   * @default - there is no metric of blocked requests
   */
  readonly webAclName?: string;
}
