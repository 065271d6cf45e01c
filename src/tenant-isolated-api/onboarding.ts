import { Duration, Stack } from 'aws-cdk-lib';
import type { UsagePlan } from 'aws-cdk-lib/aws-apigateway';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct, IConstruct } from 'constructs';
import { invalid } from '../core/private/base/invalid';
import { createHandler, type Handler } from '../core/private/handler';
import type { Logged } from '../core/private/retained';
import { acknowledgeWildcard } from '../core/private/rule-packs';
import { grantSecretRead } from '../core/private/secret-grant';
import type { ITenantRole } from '../tenancy';
import type { ITenantDirectory } from '../tenant-directory';
import { ONBOARDING_VARIABLES, type OnboardingSettings } from './settings';

export interface OnboardingProps extends Logged {
  readonly directory: ITenantDirectory;
  readonly tenantRoles: readonly ITenantRole[];
  readonly plans: Record<string, UsagePlan>;
  readonly secret: ISecret;
  /** Id of the API: the prefix of the names of its keys. */
  readonly restApiId: string;
  readonly name?: string;
}

/** Creates the function that creates and changes tenants, as the child `Onboarding`. */
export function createOnboarding(scope: Construct, props: OnboardingProps): Handler {
  const { directory, tenantRoles, plans, secret, restApiId, name, ...logged } = props;
  claim(scope, 'directory', directory, 'a directory of its own: this one holds the keys of');
  tenantRoles.forEach((role, at) => {
    checkTenantRole(scope, `tenantRoles[${at}]`, role, directory);
  });
  const boundaries = tenantRoles.map(({ sessionBoundary }) => sessionBoundary.managedPolicyArn);
  const handler = createHandler<OnboardingSettings>(scope, 'Onboarding', {
    asset: 'tenant-isolated-api/onboarding',
    description: `Creates, moves, suspends, resumes and offboards tenants of ${scope.node.path}, and enrolls their users`,
    timeout: Duration.minutes(15),
    settings: {
      TABLE_NAME: directory.table.tableName,
      PLANS: Object.fromEntries(Object.entries(plans).map(([tier, plan]) => [tier, plan.usagePlanId])),
      SECRET_ARN: secret.secretArn,
      KEY_PREFIX: `${restApiId}-`,
      TENANT_ROLES: tenantRoles.length === 0 ? undefined : { principalTagKey: directory.tenancy.principalTagKey, boundaries },
    },
    variables: ONBOARDING_VARIABLES,
    ...logged,
    name: name === undefined ? undefined : `${name}-onboarding`,
    // API Gateway's rate limits apply to the whole account: two invocations at a time would exceed them, because neither knows of the
    // other. What they write is right all the same.
    concurrency: { reserved: 1 },
    noDeadLetters:
      'An operator or a workflow calls it synchronously and gets the result for each tenant. Add a destination for asynchronous calls.',
  });
  directory.grants.manage(handler.role);
  for (const { grants } of tenantRoles) grants.endSessions(handler.role);
  grantSecretRead(secret, handler.role);
  grantKeys(scope, handler, Object.values(plans));
  return handler;
}

/**
 * A tenant's record holds the API key of one API: a second API would use the same record for its own keys and reject every request. The
 * boundary of a tenant role holds the tenants of one directory that are suspended: a second API would overwrite it.
 */
function claim(scope: Construct, property: string, construct: IConstruct, right: string): void {
  const owner = construct.node.metadata.find(({ type }) => type === OWNER);
  if (owner !== undefined) invalid(scope, property, construct, `${right} ${String(owner.data)}`);
  construct.node.addMetadata(OWNER, scope.node.path);
}

function checkTenantRole(scope: Construct, property: string, role: ITenantRole, directory: ITenantDirectory): void {
  const { noun } = directory.tenancy;
  if (role.tenancy.noun !== noun) invalid(scope, property, role, `a TenantRole of the directory's tenancy, whose noun is ${noun}`);
  claim(scope, property, role, 'a TenantRole that is listed once: its sessions are ended by');
}

/** Documented: "Actions, resources, and condition keys for Amazon API Gateway Management". */
function grantKeys(scope: Construct, { role }: Handler, plans: UsagePlan[]): void {
  const arn = (path: string) => Stack.of(scope).formatArn({ service: 'apigateway', account: '', resource: path });
  const keysOf = (plan: UsagePlan) => arn(`/usageplans/${plan.usagePlanId}/keys`);
  const statements = [
    { actions: ['apigateway:GET', 'apigateway:POST'], resources: [arn('/apikeys')] },
    { actions: ['apigateway:GET', 'apigateway:PATCH', 'apigateway:DELETE'], resources: [arn('/apikeys/*')] },
    { actions: ['apigateway:GET'], resources: [arn('/usageplans')] },
    { actions: ['apigateway:POST'], resources: plans.map(keysOf) },
    { actions: ['apigateway:DELETE'], resources: plans.map((plan) => `${keysOf(plan)}/*`) },
  ];
  for (const statement of statements) role.addToPolicy(new PolicyStatement(statement));
  const policy = role.node.findChild('DefaultPolicy');
  const wildcards = statements.flatMap(({ resources }) => resources).filter((resource) => resource.endsWith('/*'));
  for (const resource of wildcards) acknowledgeWildcard(policy, resource, IDS_OF_KEYS);
}

const OWNER = 'cdk-andamio:keys-of';
const IDS_OF_KEYS =
  'API keys get their ids when tenants are created, after the deployment. The usage plans are listed one by one, and keys are changed and deleted only by ids that the directory or the name of a key of this API gives.';
