import type { Json, JsonObject } from '../../sandbox';
import type { Template, TemplateResource } from '../../sandbox/assembly/template';
import type { Templates } from './model';

/** A mistake in a template that lets somebody reach data of tenants, and that a look at a tenant's own policies would miss. */
export interface TemplateMistake {
  readonly name: string;
  /** Changes a copy of the template. */
  apply(parts: Parts): void;
}

/** The parts of a template that mistakes are made in. */
interface Parts {
  readonly resources: Record<string, TemplateResource & { readonly Properties: JsonObject }>;
  readonly template: { Parameters?: Template['Parameters']; Conditions?: JsonObject };
  /** Logical ids: a tenant's role, the role that opens its sessions, a table of tenants, a bucket, a key. */
  readonly tenant: string;
  readonly opener: string;
  readonly table: string;
  readonly bucket: string;
  readonly key: string;
}

const arn = (logicalId: string): JsonObject => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
const objects = (logicalId: string): JsonObject => ({ 'Fn::Join': ['', [arn(logicalId), '/*']] });
const allow = (Action: Json, Resource: Json, more: JsonObject = {}): JsonObject => ({ Effect: 'Allow', Action, Resource, ...more });
const document = (...Statement: Json[]): JsonObject => ({ Version: '2012-10-17', Statement });
const policy = (role: string, ...statements: Json[]) => ({
  Type: 'AWS::IAM::Policy',
  Properties: { PolicyName: 'Broken', PolicyDocument: document(...statements), Roles: [{ Ref: role }] },
});

/** A condition that is false unless somebody chooses another value of its parameter. */
function offByDefault({ template }: Parts): string {
  template.Parameters = { ...template.Parameters, BrokenSwitch: { Type: 'String', Default: 'off', AllowedValues: ['off', 'on'] } };
  template.Conditions = { ...template.Conditions, BrokenIsOn: { 'Fn::Equals': [{ Ref: 'BrokenSwitch' }, 'on'] } };
  return 'BrokenIsOn';
}

function statementsOfKey({ resources, key }: Parts): Json[] {
  return (resources[key].Properties.KeyPolicy as JsonObject).Statement as Json[];
}

function policiesOfTenant({ resources, tenant }: Parts) {
  const isOfTenant = ({ Type, Properties }: Parts['resources'][string]) =>
    Type === 'AWS::IAM::Policy' && JSON.stringify(Properties.Roles).includes(`"${tenant}"`);
  return Object.values(resources).filter(isOfTenant);
}

function statementsOfTenant(parts: Parts): JsonObject[] {
  return policiesOfTenant(parts).flatMap(({ Properties }) => (Properties.PolicyDocument as JsonObject).Statement as JsonObject[]);
}

export const TEMPLATE_MISTAKES: readonly TemplateMistake[] = [
  {
    name: 'the trust names aws:PrincipalTag instead of aws:RequestTag',
    apply({ resources, tenant }) {
      const { Properties } = resources[tenant];
      const trust = JSON.stringify(Properties.AssumeRolePolicyDocument).replaceAll('aws:RequestTag/', 'aws:PrincipalTag/');
      Properties.AssumeRolePolicyDocument = JSON.parse(trust);
    },
  },
  {
    name: 'AWS::IAM::RolePolicy gives the tenant’s role a whole bucket',
    apply({ resources, tenant, bucket }) {
      const PolicyDocument = document(allow('s3:GetObject', objects(bucket)));
      resources.Broken = { Type: 'AWS::IAM::RolePolicy', Properties: { PolicyName: 'Broken', RoleName: { Ref: tenant }, PolicyDocument } };
    },
  },
  {
    name: 'the key’s policy lets everybody decrypt',
    apply: (parts) => void statementsOfKey(parts).push(allow('kms:Decrypt', '*', { Principal: { AWS: '*' } })),
  },
  {
    name: 'the key’s policy lets the tenant’s role decrypt without kms:ViaService',
    apply: (parts) => void statementsOfKey(parts).push(allow('kms:Decrypt', '*', { Principal: { AWS: arn(parts.tenant) } })),
  },
  {
    name: 'the service’s own role may do everything with a table',
    apply({ resources, opener, table }) {
      resources.Broken = policy(opener, allow('dynamodb:*', arn(table)));
    },
  },
  {
    name: 'the service may assume a second role, which reads a bucket',
    apply({ resources, opener, bucket }) {
      const trust = document({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: arn(opener) } });
      resources.BrokenRole = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust } };
      resources.Broken = policy('BrokenRole', allow('s3:GetObject', objects(bucket)));
    },
  },
  {
    name: 'the table’s policy lets the service read it',
    apply({ resources, opener, table }) {
      const statement = allow(['dynamodb:Query', 'dynamodb:Scan'], '*', { Principal: { AWS: arn(opener) } });
      resources[table].Properties.ResourcePolicy = { PolicyDocument: document(statement) };
    },
  },
  {
    name: 'the bucket’s policy lets the service read it',
    apply({ resources, opener, bucket }) {
      const statement = allow('s3:GetObject', objects(bucket), { Principal: { AWS: arn(opener) } });
      const own = Object.values(resources).find(
        ({ Type, Properties }) => Type === 'AWS::S3::BucketPolicy' && JSON.stringify(Properties.Bucket) === JSON.stringify({ Ref: bucket }),
      );
      const PolicyDocument = document(statement);
      if (own === undefined) resources.Broken = { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: { Ref: bucket }, PolicyDocument } };
      else ((own.Properties.PolicyDocument as JsonObject).Statement as Json[]).push(statement);
    },
  },
  {
    name: 'a wider policy under a condition that is off by default',
    apply(parts) {
      const { resources, opener, table } = parts;
      resources.Broken = { ...policy(opener, allow('dynamodb:Scan', arn(table))), Condition: offByDefault(parts) };
    },
  },
  {
    name: 'the guards of the tenant’s permissions are inside Fn::If',
    apply(parts) {
      const condition = offByDefault(parts);
      const off = { Ref: 'AWS::NoValue' };
      for (const { Properties } of policiesOfTenant(parts)) {
        const policyDocument = Properties.PolicyDocument as JsonObject;
        policyDocument.Statement = (policyDocument.Statement as JsonObject[]).map((statement): JsonObject => {
          if (statement.Effect === 'Deny') return { 'Fn::If': [condition, off, statement] };
          return { ...statement, Condition: { 'Fn::If': [condition, off, statement.Condition ?? off] } };
        });
      }
    },
  },
  {
    name: 'the table’s policy is inside Fn::If, and lets another account read it',
    apply(parts) {
      const statement = allow('dynamodb:GetItem', '*', { Principal: { AWS: '999999999998' } });
      const own: JsonObject = { PolicyDocument: document(statement) };
      const off: JsonObject = { Ref: 'AWS::NoValue' };
      parts.resources[parts.table].Properties.ResourcePolicy = { 'Fn::If': [offByDefault(parts), own, off] };
    },
  },
  {
    name: 'the key’s policy lets the principals of another account decrypt, by aws:PrincipalAccount',
    apply(parts) {
      const Condition = { StringEquals: { 'aws:PrincipalAccount': '111111111111' } };
      statementsOfKey(parts).push(allow('kms:Decrypt', '*', { Principal: { AWS: '*' }, Condition }));
    },
  },
  {
    name: 'the service may read the stream of the table by its ARN',
    apply({ resources, opener, table }) {
      resources[table].Properties.StreamSpecification ??= { StreamViewType: 'NEW_AND_OLD_IMAGES' };
      resources.Broken = policy(opener, allow('dynamodb:GetRecords', { 'Fn::GetAtt': [table, 'StreamArn'] }));
    },
  },
  {
    name: 'the service may change its own permissions',
    apply({ resources, opener }) {
      resources.Broken = policy(opener, allow(['iam:PutRolePolicy', 'iam:AttachRolePolicy'], arn(opener)));
    },
  },
  {
    name: 'the service’s policy is a text',
    apply({ resources, opener, table }) {
      const text = JSON.stringify(document(allow('dynamodb:*', `\${${table}.Arn}`)));
      resources.Broken = policy(opener);
      resources.Broken.Properties.PolicyDocument = { 'Fn::Sub': text };
    },
  },
  {
    name: 'the service may read tables in a Region that the app does not name',
    apply({ resources, opener }) {
      const Resource = { 'Fn::Sub': 'arn:aws:dynamodb:eu-central-1:${AWS::AccountId}:table/*' };
      resources.Broken = policy(opener, allow('dynamodb:GetItem', Resource));
    },
  },
  {
    name: 'the bucket copies its objects into another one',
    apply({ resources, bucket }) {
      const Destination = { Bucket: 'arn:aws:s3:::another', Account: '999999999998' };
      const Rules = [{ Status: 'Enabled', Prefix: '', Destination }];
      const Role = 'arn:aws:iam::123456789012:role/copies';
      resources[bucket].Properties.ReplicationConfiguration = { Role, Rules };
    },
  },
  {
    name: 'an index whose partition key is no tenant’s',
    apply(parts) {
      const { resources, table } = parts;
      const { Properties } = resources[table];
      const index = {
        IndexName: 'broken',
        KeySchema: [{ AttributeName: 'anything', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      };
      Properties.GlobalSecondaryIndexes = [...((Properties.GlobalSecondaryIndexes as Json[] | undefined) ?? []), index];
      Properties.AttributeDefinitions = [...(Properties.AttributeDefinitions as Json[]), { AttributeName: 'anything', AttributeType: 'S' }];
      for (const statement of statementsOfTenant(parts))
        if (statement.Effect === 'Allow' && JSON.stringify(statement.Action).includes('dynamodb:Query'))
          statement.Resource = [...[statement.Resource].flat(), { 'Fn::Join': ['', [arn(table), '/index/broken']] }];
    },
  },
];

/** The templates with a mistake in the stack that has a tenant's role. */
export function withMistake(templates: Templates, mistake: TemplateMistake): Templates {
  const { contents } = templates;
  const at = contents.stacks.findIndex(({ template }) => tenantIn(template) !== undefined);
  const stacks = contents.stacks.map((stack, number) => {
    if (number !== at) return stack;
    const template = structuredClone(stack.template);
    mistake.apply(partsOf(template));
    return { ...stack, template };
  });
  return { ...templates, contents: { ...contents, stacks } };
}

function tenantIn({ Resources = {} }: Template): string | undefined {
  return Object.keys(Resources).find((id) =>
    JSON.stringify(Resources[id].Properties?.AssumeRolePolicyDocument ?? '').includes('aws:RequestTag/'),
  );
}

function partsOf(template: Template): Parts {
  const resources = template.Resources as Parts['resources'];
  const first = (type: string) => {
    const found = Object.keys(resources).find((id) => resources[id].Type === type);
    if (found === undefined) throw new Error(`The template has no ${type}`);
    return found;
  };
  const tenant = tenantIn(template) ?? first('AWS::IAM::Role');
  const trust = JSON.stringify(resources[tenant].Properties.AssumeRolePolicyDocument);
  const opener = /"Fn::GetAtt":\["([^"]+)","Arn"\]/.exec(trust)?.[1];
  if (opener === undefined) throw new Error('No role of the template opens the sessions of its tenants');
  const policies = JSON.stringify(policiesOfTenant({ resources, tenant } as Parts));
  const isTenants = (id: string) => resources[id].Type === 'AWS::DynamoDB::Table' && policies.includes(`"${id}"`);
  const table = Object.keys(resources).find(isTenants) ?? first('AWS::DynamoDB::Table');
  return {
    ...{ resources, template: template as Parts['template'], tenant, opener, table },
    ...{ bucket: first('AWS::S3::Bucket'), key: first('AWS::KMS::Key') },
  };
}
