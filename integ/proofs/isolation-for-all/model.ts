import type { Json, JsonObject, Resource, ResourceType } from '../../sandbox';
import { type ManifestContents, openContents } from '../../sandbox/assembly';
import type { CloudAssembly } from '../../sandbox/assembly/assembly';
import { isAwsManaged, managedDocument } from '../../sandbox/iam/managed';
import { resourceTypes } from '../../sandbox/services';
import { stop } from '../isolation/not-supported';
import { both, type Choice, Explorer, type Given } from './choices';
import { isObject, type Reader, readerOf } from './guarded';
import { rejectUnread } from './iam-types';
import type { Attached } from './policies';
import { type Variables, variablesOf } from './variables';

/** The templates of a cloud assembly. */
export interface Templates {
  readonly directory: string;
  readonly contents: ManifestContents;
}

/** A role or a user of the assembly. */
export interface Principal {
  readonly kind: 'role' | 'user';
  /** Its construct path. */
  readonly path: string;
  readonly arn: string;
  readonly given: Given;
  readonly identity: readonly Attached[];
  readonly boundary: readonly Attached[];
  /** Of a role. */
  readonly trust: readonly Attached[];
  readonly tags: Readonly<Record<string, string>>;
}

/** A resource of the assembly that has data of tenants, or a policy that decides about it. */
export interface Held {
  readonly path: string;
  readonly arn: string;
  readonly type: string;
  readonly policies: readonly Attached[];
}

/** A permission to invoke a function, of `AWS::Lambda::Permission`. */
export interface Invoker {
  readonly path: string;
  readonly principal: string;
  readonly function: string;
  readonly given: Given;
}

/** Everything in an assembly that decides who reaches which data, with every condition and parameter of its templates. */
export interface Model {
  readonly assembly: CloudAssembly;
  readonly reader: Reader;
  readonly variables: Variables;
  readonly principals: readonly Principal[];
  readonly held: readonly Held[];
  readonly invokers: readonly Invoker[];
  /** A document as CloudFormation passes it to IAM, with these conditions and parameters; undefined if it is not attached then. */
  document(attached: Attached, given: ReadonlyMap<string, Choice['value']>): JsonObject | undefined;
}

/** Users and groups, which the sandbox does not run. */
const PEOPLE: readonly ResourceType[] = ['User', 'Group'].map((kind) => ({
  ...{ type: `AWS::IAM::${kind}`, support: 'template only', reason: 'nobody signs in as one', properties: {} },
  ref: (of) => of.name(`${kind}Name`),
  attributes: { Arn: (of) => `arn:aws:iam::${of.account}:${kind.toLowerCase()}/${of.name(`${kind}Name`)}` },
}));

/** The types of resources with data of tenants. */
const DATA = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::SQS::Queue', 'AWS::KMS::Key'];

/** @throws for something that means something to IAM and is not read */
export function modelOf({ directory, contents }: Templates): Model {
  const explorer = new Explorer();
  const assembly = openContents(directory, contents, [...resourceTypes, ...PEOPLE], explorer);
  rejectUnread(assembly);
  const reader = readerOf(assembly, explorer);
  const variables = variablesOf(assembly, explorer);
  const read = new Properties(assembly, reader);

  const one = (what: string, evaluate: () => string): string => {
    const values = [...new Set(explorer.all(what, evaluate).map(({ value }) => value))];
    return values.length === 1 ? values[0] : stop(what, `its name is one of ${values.join(', ')}, which is not supported`);
  };
  const arnOf = (resource: Resource) => one(resource.id, () => assembly.attribute(resource, 'Arn'));
  const refOf = (resource: Resource) => one(resource.id, () => assembly.ref(resource));
  const policiesOf = read.policies(refOf);

  const principals = ['AWS::IAM::Role', 'AWS::IAM::User'].flatMap((type) =>
    assembly.ofType(type).map((resource): Principal => {
      const kind = type === 'AWS::IAM::Role' ? 'role' : 'user';
      const groups = kind === 'user' ? read.texts(resource, 'Groups') : [];
      const names = [
        { kind, name: refOf(resource), given: read.given(resource) },
        ...groups.map(({ given, value }) => ({ kind: 'group', name: value, given })),
      ];
      return {
        ...{ kind, path: read.path(resource), arn: arnOf(resource), given: read.given(resource) },
        identity: [...read.inline(resource), ...names.flatMap((name) => policiesOf.attachedTo(name)), ...policiesOf.managed(resource)],
        boundary: policiesOf.boundary(resource),
        trust: kind === 'role' ? [read.attached(resource, 'AssumeRolePolicyDocument')] : [],
        tags: read.tags(resource),
      };
    }),
  );

  const byArn = new Map<string, Attached[]>();
  const add = (arn: string, attached: Attached) => byArn.set(arn, [...(byArn.get(arn) ?? []), attached]);
  for (const resource of assembly.ofType('AWS::S3::BucketPolicy'))
    for (const { given, value } of read.texts(resource, 'Bucket'))
      add(`arn:aws:s3:::${value}`, read.attached(resource, 'PolicyDocument', given));
  for (const [type, property] of [
    ['AWS::SQS::QueuePolicy', 'Queues'],
    ['AWS::SQS::QueueInlinePolicy', 'Queue'],
  ] as const)
    for (const resource of assembly.ofType(type))
      for (const { given, value } of read.texts(resource, property))
        add(queueArn(assembly, value), read.attached(resource, 'PolicyDocument', given));
  const held = DATA.flatMap((type) =>
    assembly.ofType(type).flatMap((resource): Held[] => {
      const arn = arnOf(resource);
      const own = { path: read.path(resource), arn, type, policies: [...(byArn.get(arn) ?? []), ...read.ownPolicies(resource)] };
      if (type !== 'AWS::DynamoDB::Table' || resource.properties.StreamSpecification === undefined) return [own];
      return [own, { path: `${own.path} stream`, arn: `${arn}/stream/-`, type: 'stream', policies: read.streamPolicies(resource) }];
    }),
  );
  const invokers = assembly.ofType('AWS::Lambda::Permission').flatMap((resource) =>
    read.texts(resource, 'Principal').map(({ given, value }) => ({
      ...{ path: read.path(resource), principal: value, given },
      function: read
        .texts(resource, 'FunctionName')
        .map(({ value: name }) => name)
        .join(' or '),
    })),
  );
  return {
    ...{ assembly, reader, variables, principals, held, invokers },
    document({ where, stack, document, given }, choices) {
      const isAttached = given.every(
        ({ kind, name, value }) => (choices.get(`${kind} ${name}`) ?? defaultOf(assembly, kind, name)) === value,
      );
      if (!isAttached) return undefined;
      return explorer.with(choices, () => assembly.evaluate(assembly.stack(stack), document, where)) as JsonObject;
    },
  };
}

function defaultOf(assembly: CloudAssembly, kind: Choice['kind'], name: string): Choice['value'] {
  const dot = name.lastIndexOf('.');
  const parameter = assembly.stack(name.slice(0, dot)).source.template.Parameters?.[name.slice(dot + 1)];
  return kind === 'condition' ? false : String(parameter?.AllowedValues?.[0]);
}

function queueArn({ region, account }: CloudAssembly, url: string): string {
  return url.startsWith('arn:') ? url : `arn:aws:sqs:${region}:${account}:${url.slice(url.lastIndexOf('/') + 1)}`;
}

/** Reads properties of resources with their conditions. */
class Properties {
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

  public tags(resource: Resource): Record<string, string> {
    const tags = this.reader.items(this.expression(resource, 'Tags'));
    return Object.fromEntries(
      tags.flatMap(({ value }) => (isObject(value) ? [[String(value.Key), typeof value.Value === 'string' ? value.Value : '']] : [])),
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
    const { KeyPolicy, ResourcePolicy } = resource.properties;
    if (resource.type === 'AWS::KMS::Key') return [this.attachedJson(resource, KeyPolicy ?? LEFT_TO_THE_ACCOUNT, this.given(resource))];
    return isObject(ResourcePolicy) ? [this.attachedJson(resource, ResourcePolicy.PolicyDocument ?? null, this.given(resource))] : [];
  }

  public streamPolicies(resource: Resource): Attached[] {
    const { StreamSpecification } = resource.properties;
    const policy = isObject(StreamSpecification) ? StreamSpecification.ResourcePolicy : undefined;
    return isObject(policy) ? [this.attachedJson(resource, policy.PolicyDocument ?? null, this.given(resource))] : [];
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
