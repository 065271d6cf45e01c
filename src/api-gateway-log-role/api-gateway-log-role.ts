import { CfnDeletionPolicy, type CfnResource, RemovalPolicy, Stack, Stage, Token } from 'aws-cdk-lib';
import { type Stage as ApiStage, CfnAccount } from 'aws-cdk-lib/aws-apigateway';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct, type IConstruct } from 'constructs';
import { type AppResources, checkAtSynthesis } from '../core/private/app-resources';
import { invalidText } from '../core/private/base/invalid';
import { ScopedValue } from '../core/private/base/scoped-value';
import { warnLate } from '../core/private/late-warning';
import { acknowledge } from '../core/private/rule-packs';

/** Where `ApiGatewayLogRole.alreadyExists` was called. */
const existing = new ScopedValue<{ readonly exists: true }>('ApiGatewayLogRole.alreadyExists');
/** Documented: "Set up CloudWatch logging for REST APIs", permissions: it "has all the required permissions". */
const POLICY = 'service-role/AmazonAPIGatewayPushToCloudWatchLogs';

/**
 * The role in which API Gateway writes the logs of every API of an account and Region, made and set: without one, API Gateway rejects a stage that
 * has an access log. There is one setting for the account and Region, which this one takes over; it stays when its stack is deleted.
 *
 * @example
 * import { App, Stack } from 'aws-cdk-lib';
 * import { ApiGatewayLogRole } from 'cdk-andamio';
 *
 * declare const app: App;
 * new ApiGatewayLogRole(new Stack(app, 'ApiGatewayAccount'), 'LogRole');
 */
export class ApiGatewayLogRole extends Construct {
  /**
   * Says that the account and Region of everything below a scope have such a role already: another stack, another app or an administrator made it.
   * `aws apigateway get-account` shows it.
   *
   * @param scope a stack, a stage, an app or any construct
   */
  public static alreadyExists(scope: IConstruct): void {
    existing.set(scope, { exists: true });
  }

  /**
   * Lets a stage with an access log wait for the role, where this app makes it; says what to do where nothing makes it.
   *
   * @param api whose stage it is
   * @internal
   */
  public static _requireFor(api: Construct, stage: ApiStage): void {
    checkAtSynthesis(api, (app) => {
      const accounts = accountsBeside(app, api);
      for (const account of accounts) {
        // A separate deployment cannot wait for another one.
        if (Stage.of(account) === Stage.of(api)) (stage.node.defaultChild as CfnResource).addResourceDependency(account);
      }
      if (accounts.length === 0 && existing.find(api) === undefined) {
        warnLate(
          api,
          'apiGatewayLogRole',
          `${api.node.path}: its access log needs the account's API Gateway log role, one for each account and Region, and nothing here makes it. Where there ` +
            'is none, the deployment of the stage fails: "CloudWatch Logs role ARN must be set in account settings to enable logging". Make it: ' +
            "new ApiGatewayLogRole(stack, 'ApiGatewayLogRole'). Where there is one (aws apigateway get-account): ApiGatewayLogRole.alreadyExists(app).",
          'where the role comes from',
        );
      }
      return [];
    });
  }

  /** The role. It may write every log of its account and Region, as API Gateway demands. */
  public readonly role: Role;

  /**
   * The role of an account and Region: those of its stack.
   *
   * @param scope the parent construct; best a stack for what the account has once
   * @param id unique within the scope
   * @throws at synthesis when the app makes another one for the same account and Region, or when something lets it be deleted with its stack
   */
  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
      description: 'API Gateway writes the logs of all APIs of this account and Region in it',
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName(POLICY)],
    });
    acknowledge(
      this.role,
      ['AwsSolutions'],
      `IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${POLICY}]`,
      'API Gateway checks the role when it is set, and this policy is the only one that is documented to pass. All logs of the account and Region are written in it.',
    );
    const account = new CfnAccount(this, 'Account', { cloudWatchRoleArn: this.role.roleArn });
    this.node.defaultChild = account;
    for (const kept of [account, this.role]) kept.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.checkKept(account);
    this.checkAlone();
  }

  /** Every other API of the account and Region would lose its log with it. */
  private checkKept(account: CfnAccount): void {
    this.node.addValidation({
      validate: () =>
        [account, this.role.node.defaultChild as CfnResource]
          .filter(({ cfnOptions }) => cfnOptions.deletionPolicy !== CfnDeletionPolicy.RETAIN)
          .map((resource) =>
            invalidText(this, 'removal policy', resource.cfnOptions.deletionPolicy, 'Retain: all APIs of the account and Region log by it'),
          ),
    });
  }

  private checkAlone(): void {
    checkAtSynthesis(this, (app) => {
      const others = accountsBeside(app, this).filter((account) => account !== this.node.defaultChild);
      return others.map((other) =>
        invalidText(
          this,
          'account and Region',
          other.node.scope,
          'one API Gateway log role only. Remove one of them; a RestApi makes none with cloudWatchRole: false',
        ),
      );
    });
  }
}

/** The resources that set the log role for the account and Region of a construct, of any creator. */
function accountsBeside(app: AppResources, construct: IConstruct): CfnAccount[] {
  const place = placeOf(construct);
  return app.ofType<CfnAccount>('AWS::ApiGateway::Account').filter((account) => placeOf(account) === place);
}

/** The account and Region; where they are only known at deployment, those of one Stage count as the same. */
function placeOf(construct: IConstruct): string {
  const stack = Stack.of(construct);
  const isKnown = !Token.isUnresolved(stack.account) && !Token.isUnresolved(stack.region);
  return isKnown ? stack.environment : `${Stage.of(construct)?.node.path ?? ''} ${stack.environment}`;
}
