import { type CfnResource, Stack } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { type AppResources, checkAtSynthesis } from '../core/private/app-resources';
import { invalidText } from '../core/private/base/invalid';
import { refersTo, synthesized } from '../core/private/base/synthesized';
import type { TenantRole } from '../tenancy';

/** A policy statement in a template. */
interface Statement {
  readonly Effect?: unknown;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

/** Actions other than inserts that a session of the role may use, and the construct that allows them. */
interface Excess {
  readonly by: string;
  readonly actions: readonly string[];
}

const INSERT = 'dynamodb:PartiQLInsert';
const ROLE_POLICIES = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy'];

/**
 * Rejects a tenant role that other code uses, too. The writer may open sessions of all tenants, so it would have every permission of the
 * role. Runs at synthesis, so that it covers all permissions that are granted until then, in any way.
 */
export function checkWriterRole(path: IConstruct, tenants: TenantRole): void {
  checkAtSynthesis(path, (app) => {
    const excess = [...excessOfIdentityPolicies(app, tenants.role), ...excessOfResourcePolicies(app, tenants.role)];
    if (excess.length === 0) return [];
    const found = excess.map(({ by, actions }) => `${actions.join(', ')} (${by})`).join('; ');
    return [
      invalidText(
        path,
        'isolation',
        tenants,
        `a TenantRole that only this path uses, whose sessions may only insert: new TenantRole(this, '<id>', { tenancy }). A compromised writer could also use: ${found}`,
      ),
    ];
  });
}

function excessOfIdentityPolicies(app: AppResources, role: IRole): Excess[] {
  const own = role.node.defaultChild as CfnResource;
  const { Policies = [], ManagedPolicyArns = [] } = synthesized(own).properties as {
    readonly Policies?: readonly { readonly PolicyDocument?: unknown }[];
    readonly ManagedPolicyArns?: readonly unknown[];
  };
  const managed = app.ofType('AWS::IAM::ManagedPolicy');
  const holdsArn = arnHolder(role);
  const attached = ManagedPolicyArns.map((arn) => ({ arn, policy: managed.find((one) => refersTo(own, arn, one.ref, one)) }));
  const elsewhere = attached
    .filter(({ policy }) => policy === undefined)
    .map(({ arn }) => ({ by: 'a managed policy', actions: [textOf(arn)] }));
  const others = ROLE_POLICIES.flatMap((type) => app.ofType(type)).filter((policy) => {
    const { Roles = [], RoleName } = synthesized(policy).properties as { readonly Roles?: readonly unknown[]; readonly RoleName?: unknown };
    return [...Roles, RoleName].some(
      (name) => name !== undefined && (refersTo(policy, name, role.roleName, own) || holdsArn(policy, name)),
    );
  });
  const resources = new Set([...attached.flatMap(({ policy }) => policy ?? []), ...others]);
  return [
    ...Policies.flatMap(({ PolicyDocument }) => excessOf(own, statementsOf(PolicyDocument))),
    ...elsewhere,
    ...[...resources].flatMap((policy) => excessOf(policy, statementsOf(synthesized(policy).properties.PolicyDocument))),
  ];
}

/**
 * Covers resource-based policies of any type (buckets, keys, queues), trust policies of other roles, and permissions of functions.
 */
function excessOfResourcePolicies(app: AppResources, role: IRole): Excess[] {
  const own = role.node.defaultChild as CfnResource;
  const holdsArn = arnHolder(role);
  return app.all
    .filter((resource) => resource !== own && !ROLE_POLICIES.includes(resource.cfnResourceType))
    .flatMap((resource) => {
      const names = (principal: unknown): boolean =>
        [principal].flat().some((name) => name !== undefined && refersTo(resource, name, role.roleArn, own));
      const { properties } = synthesized(resource);
      const statements = statementsIn(properties).filter(
        ({ Principal, Condition }) =>
          names((Principal as { readonly AWS?: unknown } | undefined)?.AWS) || (isAnybody(Principal) && holdsArn(resource, Condition)),
      );
      const invocation =
        resource.cfnResourceType === 'AWS::Lambda::Permission' && names(properties.Principal)
          ? [{ Effect: 'Allow', Action: String(properties.Action) }]
          : [];
      return excessOf(resource, [...statements, ...invocation]);
    });
}

/** Returns a test of whether an expression contains the ARN of a role, as the name of an imported role does. */
function arnHolder(role: IRole): (element: CfnResource, expression: unknown) => boolean {
  return (element, expression) => {
    const stack = Stack.of(element);
    // References between environments need physical names: resolving one would fail, or give the role a name.
    if (Stack.of(role).environment !== stack.environment) return false;
    const arn = JSON.stringify(stack.resolve(role.roleArn));
    // In another stack, a real reference is an import. If it resolves as in the role's own stack, it refers to a resource with the same id.
    const isOwnStack = stack === Stack.of(role);
    return (isOwnStack || arn !== JSON.stringify(Stack.of(role).resolve(role.roleArn))) && JSON.stringify(expression ?? null).includes(arn);
  };
}

function isAnybody(principal: unknown): boolean {
  return [principal, (principal as { readonly AWS?: unknown } | undefined)?.AWS].some((name) => [name].flat().includes('*'));
}

function excessOf(resource: CfnResource, statements: readonly Statement[]): Excess[] {
  const { scope } = resource.node;
  const by = scope?.node.defaultChild === resource ? scope.node.path : resource.node.path;
  const actions = statements.filter((statement) => statement.Effect === 'Allow' && !isPartOfInserting(statement)).flatMap(actionsOf);
  return actions.length === 0 ? [] : [{ by, actions: [...new Set(actions)] }];
}

/** Whether a statement allows only the insert, or the use of the table's key through DynamoDB. */
function isPartOfInserting(statement: Statement): boolean {
  const actions = actionsOf(statement);
  if (statement.Action !== undefined && actions.every((action) => action === INSERT)) return true;
  const through = (statement.Condition as { readonly StringEquals?: Readonly<Record<string, unknown>> } | undefined)?.StringEquals?.[
    'kms:ViaService'
  ];
  return actions.every((action) => action.startsWith('kms:')) && textOf(through).startsWith('dynamodb.');
}

function actionsOf({ Action, NotAction }: Statement): string[] {
  return Action === undefined ? [`all but ${[NotAction].flat().join(', ')}`] : [Action].flat();
}

function statementsOf(document: unknown): Statement[] {
  const { Statement: statements = [] } = (document ?? {}) as { readonly Statement?: Statement | readonly Statement[] };
  return [statements].flat();
}

/** All policy statements in the properties of a resource, at any depth. */
function statementsIn(value: unknown): Statement[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(statementsIn);
  if ('Effect' in value && 'Principal' in value) return [value];
  return Object.values(value).flatMap(statementsIn);
}

/** The text of an expression, with `…` for parts that are only known at deployment. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const [separator, parts] = ((value ?? {}) as { readonly 'Fn::Join'?: [string, unknown[]] })['Fn::Join'] ?? ['', []];
  if (parts.length > 0) return parts.map((part) => (typeof part === 'string' ? part : '…')).join(separator);
  return value === undefined ? '' : JSON.stringify(value);
}
