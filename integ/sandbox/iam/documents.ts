import type { Assembly, JsonObject } from '../contracts';
import { objects, strings } from '../protocol/json';
import { isAwsManaged, managedDocument } from './managed';

export interface NamedPolicy {
  readonly name: string;
  readonly document: JsonObject;
}

/** A role of the template, with all of its policies and its boundary. */
export interface RoleRecord {
  readonly arn: string;
  readonly name: string;
  /** `AROA…` */
  readonly id: string;
  readonly maximumSeconds: number;
  readonly tags: Readonly<Record<string, string>>;
  /** Inline and attached policies. @throws for an AWS managed policy that is not supported */
  identity(): readonly NamedPolicy[];
  boundary(): readonly NamedPolicy[];
}

/** Every policy of an assembly, by the ARN that it is attached to. */
export interface Documents {
  readonly roles: readonly RoleRecord[];
  role(arn: string): RoleRecord | undefined;
  /** The document of a managed policy of the assembly that is in force. */
  managed(arn: string): JsonObject | undefined;
  /** Puts another document of a managed policy into force. What was read from roles before has the old one. */
  replaceManaged(arn: string, document: JsonObject): void;
  /** The resource policy, key policy or trust policy of an ARN. */
  resource(arn: string): JsonObject | undefined;
  readonly resourcePolicies: ReadonlyMap<string, JsonObject>;
}

/**
 * Reads all policies of the assembly once, with every reference resolved: those of roles, `AWS::IAM::Policy`, `AWS::IAM::RolePolicy` and
 * `AWS::IAM::ManagedPolicy`.
 */
export function readDocuments(assembly: Assembly, attached: ReadonlyMap<string, JsonObject>): Documents {
  const managed = new Map(
    assembly.ofType('AWS::IAM::ManagedPolicy').map((resource) => [assembly.ref(resource), assembly.properties(resource)]),
  );
  const replaced = new Map<string, JsonObject>();
  const inForce = (arn: string) => replaced.get(arn) ?? (managed.get(arn)?.PolicyDocument as JsonObject | undefined);
  const policyOf = (arn: string): NamedPolicy => {
    const document = isAwsManaged(arn) ? managedDocument(arn) : inForce(arn);
    if (!document) {
      throw new Error(`The managed policy ${arn} is neither in the assembly nor managed by AWS`);
    }
    return { name: arn, document };
  };
  const inline = [
    ...assembly.ofType('AWS::IAM::Policy').map((resource) => assembly.properties(resource)),
    ...assembly.ofType('AWS::IAM::RolePolicy').map((resource) => ofOneRole(assembly.properties(resource))),
  ];
  const roles = assembly.ofType('AWS::IAM::Role').map((resource): RoleRecord => {
    const name = assembly.ref(resource);
    const properties = assembly.properties(resource);
    const arns = [
      ...strings(properties.ManagedPolicyArns),
      ...[...managed].filter(([, policy]) => strings(policy.Roles).includes(name)).map(([arn]) => arn),
    ];
    const own = [...objects(properties.Policies), ...inline.filter((policy) => strings(policy.Roles).includes(name))];
    return {
      arn: assembly.attribute(resource, 'Arn'),
      name,
      id: assembly.attribute(resource, 'RoleId'),
      maximumSeconds: Number(properties.MaxSessionDuration ?? 3600),
      tags: Object.fromEntries(objects(properties.Tags).map((tag) => [String(tag.Key), String(tag.Value)])),
      identity: () => [
        ...own.map((policy) => ({ name: String(policy.PolicyName), document: policy.PolicyDocument as JsonObject })),
        ...[...new Set(arns)].map(policyOf),
      ],
      boundary: () => (properties.PermissionsBoundary === undefined ? [] : [policyOf(String(properties.PermissionsBoundary))]),
    };
  });
  const byArn = new Map(roles.map((role) => [role.arn, role]));
  return {
    roles,
    role: (arn) => byArn.get(arn),
    managed: inForce,
    replaceManaged: (arn, document) => void replaced.set(arn, document),
    resource: (arn) => attached.get(arn) ?? attached.get(owner(arn)),
    resourcePolicies: attached,
  };
}

/** A policy of the newer type, in the form of the older one. */
function ofOneRole({ RoleName, ...policy }: JsonObject): JsonObject {
  return { ...policy, Roles: [RoleName] };
}

/** A policy also applies to children: to a table's indexes, a bucket's objects, a log group's streams, a function's versions and aliases. */
export function owner(arn: string): string {
  const parts = arn.split(':');
  if (parts[2] === 'dynamodb') {
    return arn.replace(/\/(index|stream)\/.*$/, '');
  }
  if (parts[2] === 's3') {
    return arn.replace(/\/.*$/s, '');
  }
  if (parts[2] === 'logs') {
    return arn.replace(/:log-stream:.*$/s, '');
  }
  return parts[2] === 'lambda' ? parts.slice(0, 7).join(':') : arn;
}
