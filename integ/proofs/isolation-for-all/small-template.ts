import type { Json, JsonObject } from '../../sandbox';
import type { Template } from '../../sandbox/assembly/template';
import type { Templates } from './model';

/**
 * Templates of one stack, without files.
 *
 * @param isAssumed whether its account and Region are the sandbox's, since the app names none
 */
export function templatesOf(template: Template, isAssumed = false): Templates {
  const stack = {
    ...{ key: 'App', name: 'App', template, environment: { account: '123456789012', region: 'us-east-1' } },
    ...{ dependencies: [], parameters: {}, paths: new Map() },
  };
  return {
    directory: '/app',
    contents: {
      environment: stack.environment,
      isAssumed: { account: isAssumed, region: isAssumed },
      stacks: [stack],
      assets: new Map(),
      images: new Map(),
    },
  };
}

const arn = (logicalId: string): JsonObject => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
export const document = (...Statement: Json[]): JsonObject => ({ Version: '2012-10-17', Statement });
const VARIABLE = '${aws:PrincipalTag/school}';

/**
 * A table, a bucket and a key that tenants share, a tenant's role with the least that it needs, and a service that opens its sessions: what
 * the constructs of the library make, without what protects it twice.
 */
export function smallTemplate(): Template & { Resources: Record<string, { Type: string; Properties: JsonObject }> } {
  return {
    Resources: {
      Key: {
        Type: 'AWS::KMS::Key',
        Properties: {
          KeyPolicy: document({
            ...{ Effect: 'Allow', Action: 'kms:*', Resource: '*' },
            Principal: { AWS: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' } },
          }),
        },
      },
      Data: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
          AttributeDefinitions: [
            { AttributeName: 'pk', AttributeType: 'S' },
            { AttributeName: 'sk', AttributeType: 'S' },
          ],
        },
      },
      Files: { Type: 'AWS::S3::Bucket', Properties: {} },
      Service: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: document({
            ...{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ecs-tasks.amazonaws.com' } },
          }),
        },
      },
      Tenants: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: document({
            ...{ Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Principal: { AWS: arn('Service') } },
            Condition: {
              StringLike: { 'aws:RequestTag/school': '???*' },
              StringNotLike: { 'aws:RequestTag/school': ['*#*', '*/*'] },
              Null: { 'aws:RequestTag/school': 'false' },
              'ForAllValues:StringEquals': { 'aws:TagKeys': 'school' },
            },
          }),
        },
      },
      TenantsPolicy: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          PolicyName: 'Tenants',
          Roles: [{ Ref: 'Tenants' }],
          PolicyDocument: document(
            {
              ...{ Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:Query'], Resource: [arn('Data')] },
              Condition: {
                'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${VARIABLE}#*`] },
                Null: { 'dynamodb:LeadingKeys': 'false', 'aws:PrincipalTag/school': 'false' },
              },
            },
            {
              ...{ Effect: 'Allow', Action: 's3:GetObject', Resource: { 'Fn::Join': ['', [arn('Files'), `/files/${VARIABLE}/*`]] } },
              Condition: { StringLike: { 'aws:PrincipalTag/school': '???*' } },
            },
            {
              ...{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: arn('Key') },
              Condition: { StringEquals: { 'kms:ViaService': 'dynamodb.us-east-1.amazonaws.com' } },
            },
          ),
        },
      },
    },
  };
}
