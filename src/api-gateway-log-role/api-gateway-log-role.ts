import { CfnDeletionPolicy, type CfnResource, RemovalPolicy, Stack, Stage, Token } from 'aws-cdk-lib';
import { type Stage as ApiStage, CfnAccount } from 'aws-cdk-lib/aws-apigateway';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct, type IConstruct } from 'constructs';
import { type AppResources, checkAtSynthesis } from '../core/private/app-resources';
import { invalidText } from '../core/private/base/invalid';
import { ScopedValue } from '../core/private/base/scoped-value';
import { warnLate } from '../core/private/late-warning';
import { acknowledge } from '../core/private/rule-packs';

/** The scopes for which `ApiGatewayLogRole.alreadyExists` was called. */
const existing = new ScopedValue<{ readonly exists: true }>('ApiGatewayLogRole.alreadyExists');
/** Documented: "Set up CloudWatch logging for REST APIs", permissions: this policy "has all the required permissions". */
const POLICY = 'service-role/AmazonAPIGatewayPushToCloudWatchLogs';

/**
 * Creates the role with which API Gateway writes the logs of all APIs in an account and Region, and sets it in the account settings.
 * Without such a role, API Gateway rejects a stage that has an access log. The setting exists once for each account and Region, and this
 * construct overwrites it. Role and setting are retained when the stack is deleted.
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
   * Declares that the account and Region of everything below a scope already have such a role, created by another app or an administrator.
   * `aws apigateway get-account` shows it.
   *
   * @param scope a stack, a stage, an app or any construct
   */
  public static alreadyExists(scope: IConstruct): void {
    existing.set(scope, { exists: true });
  }

  /**
   * Makes a stage with an access log depend on the role if this app creates it. If not, a warning says what to do.
   *
   * @param api the API of the stage
   * @internal
   */
  public static _requireFor(api: Construct, stage: ApiStage): void {
    checkAtSynthesis(api, (app) => {
      const accounts = accountsBeside(app, api);
      for (const account of accounts) {
        // Resources of different CDK stages cannot depend on each other.
        if (Stage.of(account) === Stage.of(api)) (stage.node.defaultChild as CfnResource).addResourceDependency(account);
      }
      if (accounts.length === 0 && existing.find(api) === undefined) {
        warnLate(
          api,
          'apiGatewayLogRole',
          `${api.node.path}: its access log needs the API Gateway log role of the account and Region, which this app does not create. Without it, the deployment ` +
            'of the stage fails: "CloudWatch Logs role ARN must be set in account settings to enable logging". Create it with ' +
            "new ApiGatewayLogRole(stack, 'ApiGatewayLogRole'). If it already exists (aws apigateway get-account), call ApiGatewayLogRole.alreadyExists(app).",
          'where the role comes from',
        );
      }
      return [];
    });
  }

  /** The role. It can write to all logs of its account and Region, because API Gateway requires that. */
  public readonly role: Role;

  /**
   * Creates the role for the account and Region of the stack.
   *
   * @param scope the parent construct, preferably a stack for resources that exist once in each account
   * @param id unique within the scope
   * @throws at synthesis when the app creates another log role for the same account and Region, or when the role or the setting would be
   * deleted with its stack
   */
  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
      description: 'API Gateway writes the logs of all APIs of this account and Region with this role',
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName(POLICY)],
    });
    acknowledge(
      this.role,
      ['AwsSolutions'],
      `IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${POLICY}]`,
      'API Gateway validates the role when it is set, and this policy is the only one that is documented to be sufficient. It applies to all logs of the account and Region.',
    );
    const account = new CfnAccount(this, 'Account', { cloudWatchRoleArn: this.role.roleArn });
    this.node.defaultChild = account;
    for (const retained of [account, this.role]) retained.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.checkRetained(account);
    this.checkUnique();
  }

  /** Rejects any other removal policy, because all APIs of the account and Region would lose their logs. */
  private checkRetained(account: CfnAccount): void {
    this.node.addValidation({
      validate: () =>
        [account, this.role.node.defaultChild as CfnResource]
          .filter(({ cfnOptions }) => cfnOptions.deletionPolicy !== CfnDeletionPolicy.RETAIN)
          .map((resource) =>
            invalidText(
              this,
              'removal policy',
              resource.cfnOptions.deletionPolicy,
              'Retain, because all APIs of the account and Region log with this role',
            ),
          ),
    });
  }

  private checkUnique(): void {
    checkAtSynthesis(this, (app) => {
      const others = accountsBeside(app, this).filter((account) => account !== this.node.defaultChild);
      return others.map((other) =>
        invalidText(
          this,
          'account and Region',
          other.node.scope,
          'only one API Gateway log role. Remove one of them; a RestApi with cloudWatchRole: false creates none',
        ),
      );
    });
  }
}

/** All resources that set the log role for the account and Region of a construct, whoever creates them. */
function accountsBeside(app: AppResources, construct: IConstruct): CfnAccount[] {
  const place = placeOf(construct);
  return app.ofType<CfnAccount>('AWS::ApiGateway::Account').filter((account) => placeOf(account) === place);
}

/** The account and Region. If they are only known at deployment, all stacks of a CDK stage count as the same. */
function placeOf(construct: IConstruct): string {
  const stack = Stack.of(construct);
  const isKnown = !Token.isUnresolved(stack.account) && !Token.isUnresolved(stack.region);
  return isKnown ? stack.environment : `${Stage.of(construct)?.node.path ?? ''} ${stack.environment}`;
}
