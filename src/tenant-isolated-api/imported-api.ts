import { type IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import type { ITenantIsolatedApi, TenantIsolatedApiAttributes } from './tenant-isolated-api-interface';

/** The stage that the CDK gives a RestApi. */
const STAGE_NAME = 'prod';

/** An API of another stack or app. It recommends no alarms by itself: its owner's stack has them. */
export class ImportedApi extends Construct implements ITenantIsolatedApi {
  public readonly restApiId: string;
  public readonly restApiName: string;
  public readonly stageName: string;
  public readonly authorizerFunction: IFunction;
  public readonly onboarding: IFunction;
  public readonly webAclName?: string;

  constructor(scope: Construct, id: string, attributes: TenantIsolatedApiAttributes) {
    super(scope, id);
    checkProps(this, attributes, ATTRIBUTES);
    const { restApiId, restApiName, stageName = STAGE_NAME, authorizerFunctionArn, onboardingArn, webAclName } = attributes;
    this.restApiId = restApiId;
    this.restApiName = restApiName;
    this.stageName = stageName;
    this.authorizerFunction = LambdaFunction.fromFunctionArn(this, 'Authorizer', authorizerFunctionArn);
    this.onboarding = LambdaFunction.fromFunctionArn(this, 'Onboarding', onboardingArn);
    this.webAclName = webAclName;
  }
}

const ATTRIBUTES: PropKinds<TenantIsolatedApiAttributes> = {
  restApiId: required(STRING),
  restApiName: required(STRING),
  stageName: STRING,
  authorizerFunctionArn: required(STRING),
  onboardingArn: required(STRING),
  webAclName: STRING,
};
