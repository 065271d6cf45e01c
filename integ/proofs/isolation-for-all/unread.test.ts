import type { Json, JsonObject } from '../../sandbox';
import { allow, arn, type Change, type Changed, objects, read, reader, resultOf as resultWith, sub } from './changed-template';
import { document } from './small-template';
import { remembering, type Solver, startSolver } from './solver';

/**
 * Policies, principals and properties that are easy to leave unread: each is found, or stops the proof by its name. What changes nothing for
 * tenants is not found.
 */
let solver: Solver;
beforeAll(async () => {
  solver = remembering(await startSolver(() => {}));
});
afterAll(() => solver.close());
const resultOf = (change: Parameters<typeof resultWith>[1]) => resultWith(solver, change);

const bucketPolicy = (...statements: JsonObject[]) => ({
  Type: 'AWS::S3::BucketPolicy',
  Properties: { Bucket: { Ref: 'Files' }, PolicyDocument: document(...statements) },
});
const other = (statement: JsonObject): JsonObject => ({ PolicyDocument: document({ ...statement, Principal: { AWS: '999999999998' } }) });
const readAll = (more: JsonObject) => allow('s3:GetObject', objects, more);
const account = 'arn:aws:iam::999999999998:root';

function switched(template: Changed): void {
  template.Parameters = { Switch: { Type: 'String', Default: 'off', AllowedValues: ['off', 'on'] } };
  template.Conditions = { On: { 'Fn::Equals': [{ Ref: 'Switch' }, 'on'] } };
}
const ifOn = (json: Json): JsonObject => ({ 'Fn::If': ['On', json, { Ref: 'AWS::NoValue' }] });

describe('a policy where it is not expected', () => {
  test.each<[string, Change, string[] | string]>([
    [
      'a table’s policy inside Fn::If',
      ({ Data }, template) => {
        switched(template);
        Data.Properties.ResourcePolicy = ifOn(other(read));
      },
      [`${account}: dynamodb:GetItem on App.Data`],
    ],
    [
      'a stream’s policy inside Fn::If',
      ({ Data }, template) => {
        switched(template);
        const ResourcePolicy = ifOn(other(allow('dynamodb:GetRecords', '*')));
        Data.Properties.StreamSpecification = ifOn({ StreamViewType: 'NEW_IMAGE', ResourcePolicy });
      },
      [`${account}: dynamodb:GetRecords on App.Data stream`],
    ],
    [
      'a document that is a text',
      (resources) => {
        const Policies = [{ PolicyName: 'P', PolicyDocument: sub(JSON.stringify(document(read))) }];
        resources.Reader = reader(read, { Policies } as never);
      },
      'App.Reader: its policy is not supported: Fn::Sub is not an element of a document',
    ],
    [
      'a document with elements in lower case',
      (resources) => {
        const Policies = [{ PolicyName: 'P', PolicyDocument: { Version: '2012-10-17', statement: [read] } }];
        resources.Reader = reader(read, { Policies } as never);
      },
      'App.Reader: its policy is not supported: statement is not an element of a document',
    ],
    [
      'a denial whose condition is from a mapping',
      (resources) => {
        resources.Reader = reader({ ...read, Effect: 'Deny', Condition: { 'Fn::FindInMap': ['M', 'a', 'b'] } });
      },
      'App.Reader, statement 0: Condition Fn::FindInMap is not supported',
    ],
    [
      'a condition without values',
      (resources) => {
        resources.Reader = reader({ ...read, Condition: { StringNotLike: { 'dynamodb:LeadingKeys': [] } } });
      },
      'StringNotLike of dynamodb:LeadingKeys: it has no values, and AWS does not say what that means',
    ],
    [
      'Null of another word',
      (resources) => {
        resources.Reader = reader({ ...read, Condition: { Null: { 'dynamodb:LeadingKeys': 'FALSE' } } });
      },
      'Null of dynamodb:LeadingKeys: FALSE is not supported: expected true or false',
    ],
    [
      'a topic’s policy',
      (resources) => {
        resources.Topic = { Type: 'AWS::SNS::Topic', Properties: {} };
        const PolicyDocument = document(allow('sns:Subscribe', '*', { Principal: { AWS: '999999999998' } }));
        resources.Open = { Type: 'AWS::SNS::TopicPolicy', Properties: { Topics: [{ Ref: 'Topic' }], PolicyDocument } };
      },
      [`${account}: sns:Subscribe on App.Topic`],
    ],
  ])('%s', async (_, change, expected) => {
    const result = await resultOf(change);
    expect(result).toEqual(typeof expected === 'string' ? expect.stringContaining(expected) : expected);
  });
});

describe('who asks', () => {
  const condition = (operator: string, key: string, value: Json) => ({ Principal: '*', Condition: { [operator]: { [key]: value } } });

  test.each<[string, JsonObject]>([
    ['the principals of another account, by aws:PrincipalAccount', condition('StringEquals', 'aws:PrincipalAccount', '123123123123')],
    ['somebody who is not signed in', condition('Null', 'aws:PrincipalAccount', 'true')],
  ])('%s', async (_, more) => {
    const result = await resultOf((resources) => {
      resources.Open = bucketPolicy(readAll(more));
    });
    expect(result).toContain('everybody: s3:GetObject on App.Files');
  });

  const team = readAll({ Principal: { AWS: arn('Reader') }, Condition: { StringEquals: { 'aws:PrincipalTag/team': 'ops' } } });
  test.each<[string, JsonObject[] | undefined, boolean]>([
    ['a tag of the role', [{ Key: 'team', Value: 'ops' }], true],
    ['another tag of the role', [{ Key: 'team', Value: 'dev' }], false],
    ['a tag whose value is made by the template', [{ Key: 'team', Value: sub('ops') }], true],
    ['a tag under a condition', [{ 'Fn::If': ['On', { Key: 'team', Value: 'ops' }, { Key: 'team', Value: 'dev' }] }], true],
    ['a tag that the stack may give', undefined, true],
  ])('%s', async (_, Tags, isFound) => {
    const result = await resultOf((resources, template) => {
      switched(template);
      resources.Reader = reader(allow('logs:PutLogEvents', '*'), Tags === undefined ? {} : { Tags });
      resources.Open = bucketPolicy(team);
    });
    expect(result).toEqual(isFound ? ['App.Reader: s3:GetObject on App.Files'] : []);
  });

  test.each<[string, JsonObject, boolean]>([
    ['a denial for one session', { AWS: sub('arn:aws:sts::${AWS::AccountId}:assumed-role/${Reader}/one') }, true],
    ['a denial for the role', { AWS: arn('Reader') }, false],
    ['a denial for the account', { AWS: sub('arn:aws:iam::${AWS::AccountId}:root') }, false],
  ])('%s', async (_, Principal, isFound) => {
    const result = await resultOf((resources) => {
      resources.Reader = reader(allow('s3:GetObject', objects));
      resources.Closed = bucketPolicy({ Effect: 'Deny', Action: 's3:GetObject', Resource: objects, Principal });
    });
    expect(result).toEqual(isFound ? ['App.Reader: s3:GetObject on App.Files'] : []);
  });

  test('two principals with one construct path', async () => {
    const result = await resultOf((resources) => {
      resources.Reader = reader(read);
      resources.Twin = reader(read);
      for (const id of ['Reader', 'Twin']) Object.assign(resources[id], { Metadata: { 'aws:cdk:path': 'App/Reader/Resource' } });
    });
    expect(result).toContain('App/Reader: two principals have this construct path');
  });

  test('only who has signed in with a provider assumes a role with its identity', async () => {
    const result = await resultOf(({ Tenants }) => {
      const [statement] = (Tenants.Properties.AssumeRolePolicyDocument as JsonObject).Statement as JsonObject[];
      statement.Action = 'sts:*';
    });
    expect(result).toEqual([]);
  });
});

describe('who invokes a function from another account', () => {
  const api = (of: string) => sub(`arn:aws:execute-api:us-east-1:${of}:x/*`);
  test.each<[string, JsonObject, boolean]>([
    ['an ARN with the number of this account', { Principal: 'arn:aws:iam::999999999998:role/of-123456789012' }, true],
    ['this account', { Principal: { Ref: 'AWS::AccountId' } }, false],
    ['a service for any account', { Principal: 'apigateway.amazonaws.com' }, true],
    ['a service for an API of any account', { Principal: 'apigateway.amazonaws.com', SourceArn: api('*') }, true],
    ['a service for an API of this account', { Principal: 'apigateway.amazonaws.com', SourceArn: api('${AWS::AccountId}') }, false],
    ['a service for a bucket of any account', { Principal: 's3.amazonaws.com', SourceArn: arn('Files') }, true],
    [
      'a service for a bucket of this account',
      { Principal: 's3.amazonaws.com', SourceArn: arn('Files'), SourceAccount: { Ref: 'AWS::AccountId' } },
      false,
    ],
  ])('%s', async (_, properties, isFound) => {
    const Properties = { Action: 'lambda:InvokeFunction', FunctionName: 'f', ...properties };
    const result = await resultOf((resources) => void Object.assign(resources, { Open: { Type: 'AWS::Lambda::Permission', Properties } }));
    expect(result).toEqual(isFound ? [`${properties.Principal}: lambda:InvokeFunction on App.Open`] : []);
  });
});

describe('copies and types without a policy', () => {
  const set =
    (id: string, property: string, value: Json): Change =>
    (resources) =>
      void Object.assign(resources[id].Properties, { [property]: value });

  test.each<[string, Change, string]>([
    ['an access control list', set('Files', 'AccessControl', 'PublicReadWrite'), 'AWS::S3::Bucket.AccessControl'],
    ['an inventory', set('Files', 'InventoryConfigurations', [{}]), 'AWS::S3::Bucket.InventoryConfigurations'],
    [
      'access logs in a bucket elsewhere',
      set('Files', 'LoggingConfiguration', { DestinationBucketName: 'elsewhere' }),
      'LoggingConfiguration',
    ],
    [
      'events in a queue elsewhere',
      set('Files', 'NotificationConfiguration', {
        QueueConfigurations: [{ Event: 's3:*', Queue: 'arn:aws:sqs:us-east-1:999999999998:q' }],
      }),
      'NotificationConfiguration',
    ],
    ['replication', set('Files', 'ReplicationConfiguration', {}), 'AWS::S3::Bucket.ReplicationConfiguration'],
    [
      'changes in a stream of Kinesis',
      set('Data', 'KinesisStreamSpecification', { StreamArn: 'x' }),
      'AWS::DynamoDB::Table.KinesisStreamSpecification',
    ],
    [
      'backups in another vault',
      (resources) => {
        const BackupPlan = { BackupPlanRule: [{ CopyActions: [{ DestinationBackupVaultArn: 'x' }] }] };
        resources.Odd = { Type: 'AWS::Backup::BackupPlan', Properties: { BackupPlan } };
      },
      'App.Odd: AWS::Backup::BackupPlan with CopyActions is not supported',
    ],
    [
      'results of queries that Athena keeps',
      (resources) => {
        const WorkGroupConfiguration = { ManagedQueryResultsConfiguration: { Enabled: true } };
        resources.Odd = { Type: 'AWS::Athena::WorkGroup', Properties: { Name: 'w', WorkGroupConfiguration } };
      },
      'App.Odd: AWS::Athena::WorkGroup with ManagedQueryResultsConfiguration is not supported',
    ],
    ...[
      'AWS::CloudFormation::StackSet',
      'AWS::ServiceCatalog::CloudFormationProvisionedProduct',
      'Acme::Data::Reader::MODULE',
      'Acme::Data::Reader',
    ].map((Type): [string, Change, string] => [
      Type,
      (resources) => void Object.assign(resources, { Odd: { Type, Properties: {} } }),
      `App.Odd: ${Type} is not supported: what it creates is not in the assembly`,
    ]),
  ])('%s', async (_, change, message) => {
    expect(await resultOf(change)).toContain(message);
  });

  test('a list that gives access to nobody else, and a custom resource', async () => {
    const result = await resultOf((resources) => {
      resources.Files.Properties.AccessControl = 'LogDeliveryWrite';
      resources.Odd = { Type: 'Custom::Lookup', Properties: {} };
    });
    expect(result).toEqual([]);
  });
});
