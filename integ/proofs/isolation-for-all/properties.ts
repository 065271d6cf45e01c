import type { Json, JsonObject, Resource } from '../../sandbox';
import type { CloudAssembly } from '../../sandbox/assembly/assembly';
import { isAwsManaged, managedDocument } from '../../sandbox/iam/managed';
import { stop } from '../isolation/not-supported';
import { both, type Given } from './choices';
import { isObject, type Reader } from './guarded';
import type { Attached } from './policies';

/** Reads properties of resources with their conditions. */
export class Properties {
  constructor(
    private readonly assembly: CloudAssembly,
    private readonly reader: Reader,
  ) {}

  public path({ path, id }: Resource): string {
    return (path ?? id).replace(/\/Resource$/, '');
  }

  /** The conditions of a resource, and those of the nested stacks that it is in. */
  public given({ stack, logicalId }: Resource): Given {
    const { source } = this.assembly.stack(stack);
    const name = source.template.Resources?.[logicalId]?.Condition;
    const own: Given = name === undefined ? [] : [{ kind: 'condition', name: `${stack}.${name}`, value: true }];
    const parent = source.parent && this.assembly.find(`${source.parent.stack.key}.${source.parent.logicalId}`);
    return parent ? [...this.given(parent), ...own] : own;
  }

  public texts(resource: Resource, property: string) {
    return this.reader.texts(this.expression(resource, property), this.given(resource));
  }

  /** Those that are the same with each condition and parameter: others may have any value. */
  public tags(resource: Resource): Record<string, string> {
    const tags = this.reader.items(this.expression(resource, 'Tags'));
    return Object.fromEntries(
      tags.flatMap(({ given, value }) => {
        if (!isObject(value) || given.length > 0) return [];
        return typeof value.Key === 'string' && typeof value.Value === 'string' ? [[value.Key, value.Value]] : [];
      }),
    );
  }

  public attached(resource: Resource, property: string, given = this.given(resource)): Attached {
    return this.attachedJson(resource, resource.properties[property] ?? null, given);
  }

  /** `Policies` of a role, a user or a group. */
  public inline(resource: Resource): Attached[] {
    return this.reader
      .items(this.expression(resource, 'Policies'), this.given(resource))
      .flatMap(({ given, value }) => (isObject(value) ? [this.attachedJson(resource, value.PolicyDocument ?? null, given)] : []));
  }

  /** Policies of a resource that are among its own properties. */
  public ownPolicies(resource: Resource): Attached[] {
    const { KeyPolicy } = resource.properties;
    if (resource.type === 'AWS::KMS::Key') return [this.attachedJson(resource, KeyPolicy ?? LEFT_TO_THE_ACCOUNT, this.given(resource))];
    return this.within(resource, 'ResourcePolicy', 'PolicyDocument');
  }

  public streamPolicies(resource: Resource): Attached[] {
    return this.within(resource, 'StreamSpecification', 'ResourcePolicy', 'PolicyDocument');
  }

  /** The documents at a path of properties, each of which may be inside `Fn::If`. */
  private within(resource: Resource, property: string, ...names: readonly string[]): Attached[] {
    const start = this.reader.branches(this.expression(resource, property), this.given(resource));
    const ends = names.reduce(
      (found, name) =>
        found.flatMap(({ given, value }) => {
          if (!isObject(value)) return stop(this.path(resource), `${property} is not supported: expected an object`);
          return this.reader.branches({ ...this.expression(resource, property), json: value[name] }, given);
        }),
      start,
    );
    return ends.map(({ given, value }) => this.attachedJson(resource, value, given));
  }

  /** Policies that are resources of their own, and managed ones. */
  public policies(refOf: (resource: Resource) => string) {
    const lists = { role: 'Roles', user: 'Users', group: 'Groups' };
    const attachments: { kind: string; name: string; attached: Attached }[] = [];
    for (const type of ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'])
      for (const resource of this.assembly.ofType(type))
        for (const [kind, property] of Object.entries(lists))
          for (const { given, value } of this.texts(resource, property))
            attachments.push({ kind, name: value, attached: this.attached(resource, 'PolicyDocument', given) });
    for (const [kind, type, property] of [
      ['role', 'RolePolicy', 'RoleName'],
      ['user', 'UserPolicy', 'UserName'],
      ['group', 'GroupPolicy', 'GroupName'],
    ])
      for (const resource of this.assembly.ofType(`AWS::IAM::${type}`))
        for (const { given, value } of this.texts(resource, property))
          attachments.push({ kind, name: value, attached: this.attached(resource, 'PolicyDocument', given) });
    const managed = new Map(this.assembly.ofType('AWS::IAM::ManagedPolicy').map((resource) => [refOf(resource), resource]));
    for (const group of this.assembly.ofType('AWS::IAM::Group'))
      for (const attached of [...this.inline(group), ...byArn(group, 'ManagedPolicyArns', this)])
        attachments.push({ kind: 'group', name: refOf(group), attached });

    function byArn(resource: Resource, property: string, self: Properties): Attached[] {
      return self.texts(resource, property).map(({ given, value: arn }) => {
        const own = managed.get(arn);
        if (own !== undefined) return self.attached(own, 'PolicyDocument', both(self.given(own), given) ?? given);
        if (!isAwsManaged(arn)) return stop(self.path(resource), `the managed policy ${arn} is neither in the assembly nor managed by AWS`);
        return self.attachedJson(resource, awsManaged(self.path(resource), arn), given);
      });
    }
    return {
      attachedTo: ({ kind, name, given }: { kind: string; name: string; given: Given }): Attached[] =>
        attachments
          .filter((one) => one.kind === kind && one.name === name)
          .flatMap(({ attached }) => {
            const together = both(given, attached.given);
            return together === undefined ? [] : [{ ...attached, given: together }];
          }),
      attachments,
      managed: (resource: Resource) => byArn(resource, 'ManagedPolicyArns', this),
      boundary: (resource: Resource) => byArn(resource, 'PermissionsBoundary', this),
    };
  }

  private expression(resource: Resource, property: string) {
    return { stack: resource.stack, where: `${this.path(resource)}, ${property}`, json: resource.properties[property] };
  }

  private attachedJson(resource: Resource, document: Json, given: Given): Attached {
    return { where: this.path(resource), stack: resource.stack, document, given };
  }
}

/** The policy of a key without one. */
const LEFT_TO_THE_ACCOUNT: JsonObject = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:root' } }, Action: 'kms:*', Resource: '*' },
  ],
};

function awsManaged(path: string, arn: string): JsonObject {
  try {
    return managedDocument(arn);
  } catch (error) {
    return stop(path, (error as Error).message);
  }
}
