import type { JsonObject, Resource, ResourceType } from '../../sandbox';
import { type ManifestContents, openContents } from '../../sandbox/assembly';
import type { CloudAssembly } from '../../sandbox/assembly/assembly';
import { resourceTypes } from '../../sandbox/services';
import { stop } from '../isolation/not-supported';
import { type Choice, Explorer, type Given } from './choices';
import { rejectCopies } from './copies';
import { type Reader, readerOf } from './guarded';
import { rejectUnread } from './iam-types';
import type { Attached } from './policies';
import { Properties } from './properties';
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
  /** Whether it is not in the assembly, and gets a policy of it. */
  readonly isElsewhere?: boolean;
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
  /** Whether it limits a service to what belongs to this account. */
  readonly isOwn: boolean;
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
  /** Groups and managed policies, which give access to others. */
  readonly givers: readonly Held[];
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

/** The types of resources with data of tenants, and those whose policies give access to it. */
const DATA = ['DynamoDB::Table', 'S3::Bucket', 'SQS::Queue', 'SNS::Topic', 'KinesisFirehose::DeliveryStream', 'KMS::Key'].map(
  (name) => `AWS::${name}`,
);
const GIVERS = ['AWS::IAM::Group', 'AWS::IAM::ManagedPolicy'];

/** @throws for something that means something to IAM and is not read */
export function modelOf({ directory, contents }: Templates): Model {
  const explorer = new Explorer();
  const assembly = openContents(directory, contents, [...resourceTypes, ...PEOPLE], explorer);
  rejectUnread(assembly);
  rejectCopies(assembly);
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

  const own = ['AWS::IAM::Role', 'AWS::IAM::User'].flatMap((type) =>
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

  const principals = [...own, ...elsewhere(policiesOf.attachments, own, assembly.account)];
  const twice = principals.find(({ path, arn }) => principals.some((other) => other.path === path && other.arn !== arn));
  if (twice !== undefined)
    stop(twice.path, 'two principals have this construct path, so that what is declared for one would hold for both');

  const byArn = new Map<string, Attached[]>();
  const add = (arn: string, attached: Attached) => byArn.set(arn, [...(byArn.get(arn) ?? []), attached]);
  const ofBucket = (name: string) => `arn:aws:s3:::${name}`;
  const ofQueue = (url: string) => queueArn(assembly, url);
  const ofTopic = (arn: string) => arn;
  for (const [type, property, heldArn] of [
    ['AWS::S3::BucketPolicy', 'Bucket', ofBucket],
    ['AWS::SQS::QueuePolicy', 'Queues', ofQueue],
    ['AWS::SQS::QueueInlinePolicy', 'Queue', ofQueue],
    ['AWS::SNS::TopicPolicy', 'Topics', ofTopic],
    ['AWS::SNS::TopicInlinePolicy', 'TopicArn', ofTopic],
  ] as const)
    for (const resource of assembly.ofType(type))
      for (const { given, value } of read.texts(resource, property)) add(heldArn(value), read.attached(resource, 'PolicyDocument', given));
  const held = DATA.flatMap((type) =>
    assembly.ofType(type).flatMap((resource): Held[] => {
      const arn = type === 'AWS::SNS::Topic' ? refOf(resource) : arnOf(resource);
      const own = { path: read.path(resource), arn, type, policies: [...(byArn.get(arn) ?? []), ...read.ownPolicies(resource)] };
      if (type !== 'AWS::DynamoDB::Table') return [own];
      const backups: Held = { path: `${own.path} backup`, arn: `${arn}/backup/`, type: 'backup', policies: [] };
      if (resource.properties.StreamSpecification === undefined) return [own, backups];
      const stream: Held = { path: `${own.path} stream`, arn: `${arn}/stream/`, type: 'stream', policies: read.streamPolicies(resource) };
      return [own, backups, stream];
    }),
  );
  const givers = GIVERS.flatMap((type) =>
    assembly.ofType(type).map(
      (resource): Held => ({
        path: read.path(resource),
        arn: resource.type === 'AWS::IAM::Group' ? arnOf(resource) : refOf(resource),
        type,
        policies: [],
      }),
    ),
  );
  /** Without a source, a service of any account may invoke it. A bucket's ARN has no account. */
  const isOwn = (resource: Resource) => {
    const accounts = [
      ...read.texts(resource, 'SourceAccount').map(({ value }) => value),
      ...read.texts(resource, 'SourceArn').map(({ value }) => value.split(':')[4]),
    ].filter((account) => account !== '');
    return accounts.length > 0 && accounts.every((account) => account === assembly.account);
  };
  const invokers = assembly.ofType('AWS::Lambda::Permission').flatMap((resource) =>
    read.texts(resource, 'Principal').map(({ given, value }) => ({
      ...{ path: read.path(resource), principal: value, given, isOwn: isOwn(resource) },
      function: read
        .texts(resource, 'FunctionName')
        .map(({ value: name }) => name)
        .join(' or '),
    })),
  );
  return {
    ...{ assembly, reader, variables, principals, held, givers, invokers },
    document({ where, stack, document, given }, choices) {
      const isAttached = given.every(
        ({ kind, name, value }) => (choices.get(`${kind} ${name}`) ?? defaultOf(assembly, kind, name)) === value,
      );
      if (!isAttached) return undefined;
      return explorer.with(choices, () => assembly.evaluate(assembly.stack(stack), document, where)) as JsonObject;
    },
  };
}

/** Those who get a policy of the assembly and are not in it: roles and users by their names, and the members of groups. */
function elsewhere(
  attachments: readonly { readonly kind: string; readonly name: string; readonly attached: Attached }[],
  known: readonly Principal[],
  account: string,
): Principal[] {
  const names = [...new Set(attachments.map(({ kind, name }) => `${kind}/${name}`))];
  return names.flatMap((name): Principal[] => {
    const path = `arn:aws:iam::${account}:${name}`;
    if (known.some((one) => one.arn.replace(/\/.*\//s, '/') === path)) return [];
    const identity = attachments.flatMap((one) => (`${one.kind}/${one.name}` === name ? [one.attached] : []));
    // A group is no principal, but somebody else may be a member of it.
    const arn = path.replace(':group/', ':user/member-of-');
    const kind = name.startsWith('role/') ? 'role' : 'user';
    return [{ kind, path, arn, given: [], identity, boundary: [], trust: [], tags: {}, isElsewhere: true }];
  });
}

function defaultOf(assembly: CloudAssembly, kind: Choice['kind'], name: string): Choice['value'] {
  const dot = name.lastIndexOf('.');
  const parameter = assembly.stack(name.slice(0, dot)).source.template.Parameters?.[name.slice(dot + 1)];
  return kind === 'condition' ? false : String(parameter?.AllowedValues?.[0]);
}

function queueArn({ region, account }: CloudAssembly, url: string): string {
  return url.startsWith('arn:') ? url : `arn:aws:sqs:${region}:${account}:${url.slice(url.lastIndexOf('/') + 1)}`;
}
