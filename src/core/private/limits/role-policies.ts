import { type CfnResource, Stack } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { AppResources } from '../app-resources';
import { isFirst } from '../once';
import { Estimator } from './estimate';
import { addLimit } from './limit';

/**
 * Checks the total size of a role's inline policies. The CDK moves statements of the default policy beyond 10,000 characters to managed
 * policies, but does not count the role's other inline policies. A second call has no effect.
 */
export function limitRolePolicies(role: Role): void {
  if (!isFirst(role, 'RolePolicies.limited')) return;
  addLimit(
    role,
    {
      property: 'characters of its inline policies',
      most: 10_240,
      source: '"IAM and AWS STS quotas", role inline policy size',
      remedy: 'Use a ManagedPolicy for policies that are attached to it in addition to its grants.',
    },
    (app) => charactersOf(role, app),
  );
}

function charactersOf(role: Role, app: AppResources): number {
  const { Policies = [] } = app.synthesized(role.node.defaultChild as CfnResource).properties as {
    readonly Policies?: readonly { readonly PolicyDocument: unknown }[];
  };
  const attached = attachedIn(app).get(keyOf(role, Stack.of(role).resolve(role.roleName))) ?? [];
  const documents = [...Policies, ...attached.map((policy) => app.synthesized(policy).properties)].map(
    ({ PolicyDocument }) => PolicyDocument,
  );
  // White space is not counted, and JSON.stringify writes none.
  const estimator = Estimator.of(role, app);
  return documents.reduce<number>((sum, document) => sum + JSON.stringify(estimator.document(document)).length, 0);
}

const found = new WeakMap<AppResources, ReadonlyMap<string, readonly CfnResource[]>>();

/** The inline policies of an app by role, found once for each synthesis. */
function attachedIn(app: AppResources): ReadonlyMap<string, readonly CfnResource[]> {
  const known = found.get(app);
  if (known !== undefined) return known;
  const byRole = new Map<string, CfnResource[]>();
  for (const policy of ['AWS::IAM::Policy', 'AWS::IAM::RolePolicy'].flatMap((type) => app.ofType(type))) {
    const { Roles = [], RoleName } = app.synthesized(policy).properties as {
      readonly Roles?: readonly unknown[];
      readonly RoleName?: unknown;
    };
    for (const name of [...Roles, RoleName]) {
      if (name === undefined) continue;
      const key = keyOf(policy, name);
      byRole.set(key, [...(byRole.get(key) ?? []), policy]);
    }
  }
  found.set(app, byRole);
  return byRole;
}

/** The key of a role name in a template. It includes the stack, because the same expression has another meaning in another stack. */
function keyOf(construct: Parameters<typeof Stack.of>[0], name: unknown): string {
  return `${Stack.of(construct).node.addr} ${JSON.stringify(name)}`;
}
