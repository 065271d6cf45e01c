import type { Json, JsonObject } from '../../sandbox';
import { allow, arn, objects, read, reader, resultOf as resultWith, sub } from './changed-template';
import { document } from './small-template';
import { remembering, type Solver, startSolver } from './solver';

/** Actions and ARNs that reach data in other ways than its requests. */
let solver: Solver;
beforeAll(async () => {
  solver = remembering(await startSolver(() => {}));
});
afterAll(() => solver.close());
const resultOf = (change: Parameters<typeof resultWith>[1]) => resultWith(solver, change);

describe('other ways to data', () => {
  test.each<[string, string, Json]>([
    ['Data', 'dynamodb:DeleteTable', '*'],
    ['Data', 'dynamodb:UpdateTimeToLive', arn('Data')],
    ['Data', 'dynamodb:ReadDataForReplication', arn('Data')],
    ['Data backup', 'dynamodb:RestoreTableFromBackup', sub('${Data.Arn}/backup/*')],
    ['Files', 's3:PutLifecycleConfiguration', arn('Files')],
    ['Files', 's3:PutInventoryConfiguration', arn('Files')],
    ['Files', 's3:GetObjectVersionForReplication', objects],
    ['Files', 's3:GetObjectTorrent', objects],
    ['Files', 's3:ReplicateDelete', objects],
    ['Key', 'kms:ReplicateKey', '*'],
    ['Reader', 'iam:PutRolePolicy', sub('arn:aws:iam::${AWS::AccountId}:role/reader')],
    ['Tenants', 'iam:TagRole', arn('Tenants')],
    ['Own', 'iam:CreatePolicyVersion', { Ref: 'Own' }],
  ])('%s: %s', async (on, action, resource) => {
    const result = await resultOf((resources) => {
      resources.Reader = reader(allow(action, resource), { RoleName: 'reader' });
      if (on === 'Own') {
        const PolicyDocument = document(allow('logs:PutLogEvents', '*'));
        resources.Own = { Type: 'AWS::IAM::ManagedPolicy', Properties: { Roles: [{ Ref: 'Reader' }], PolicyDocument } };
      }
    });
    expect(result).toEqual([`App.Reader: ${action} on App.${on}`]);
  });

  test.each(['lakeformation:GetDataAccess', 's3:GetDataAccess', 'backup:StartRestoreJob'])(
    'what an account has once: %s',
    async (action) => {
      const result = await resultOf((resources) => void Object.assign(resources, { Reader: reader(allow(action, '*')) }));
      expect(result).toEqual(expect.arrayContaining([expect.stringMatching(`^App.Reader: ${action} on `)]));
    },
  );

  test.each<[string, Json]>([
    ['the attribute of the table', { 'Fn::GetAtt': ['Data', 'StreamArn'] }],
    ['a pattern of labels', sub('${Data.Arn}/stream/20??-*')],
    ['every label', sub('${Data.Arn}/stream/*')],
  ])('a stream, by %s', async (_, resource) => {
    const result = await resultOf((resources) => {
      resources.Data.Properties.StreamSpecification = { StreamViewType: 'NEW_IMAGE' };
      resources.Reader = reader(allow('dynamodb:GetRecords', resource));
    });
    expect(result).toEqual(['App.Reader: dynamodb:GetRecords on App.Data stream']);
  });

  test.each<[string, string]>([
    ['a user', 'iam:PutUserPolicy'],
    ['a group', 'iam:AttachGroupPolicy'],
  ])('%s that may change its own permissions', async (_, action) => {
    const result = await resultOf((resources) => {
      const Policies = [{ PolicyName: 'P', PolicyDocument: document(allow(action, '*')) }];
      resources.Person = { Type: 'AWS::IAM::User', Properties: { Groups: [{ Ref: 'People' }] } };
      resources.People = { Type: 'AWS::IAM::Group', Properties: { GroupName: 'people', Policies } };
    });
    const on = `App.${action.includes('User') ? 'Person' : 'People'}`;
    const group = 'arn:aws:iam::123456789012:group/people';
    expect(result).toEqual(['App.Person', group].map((who) => `${who}: ${action} on ${on}`));
  });
});

describe('templates without an account and a Region', () => {
  test.each<[string, JsonObject, string]>([
    ['another Region', allow('dynamodb:GetItem', sub('arn:aws:dynamodb:eu-central-1:${AWS::AccountId}:table/*')), 'eu-central-1'],
    ['another account', allow('dynamodb:GetItem', sub('arn:aws:dynamodb:${AWS::Region}:123123123123:table/*')), '123123123123'],
    ['an account in a condition', { ...read, Condition: { StringEquals: { 'aws:ResourceAccount': '123123123123' } } }, '123123123123'],
  ])('%s', async (_, statement, text) => {
    const result = await resultOf((resources) => void Object.assign(resources, { Reader: reader(statement) }));
    expect(result).toMatch(new RegExp(`^App.Reader, statement 0: .*${text}.*: the stacks have no account or Region`));
  });

  test('what is elsewhere and is none of the resources does not matter', async () => {
    const topic = 'arn:aws:sns:eu-central-1:123123123123:alarms';
    expect(await resultOf((resources) => void Object.assign(resources, { Reader: reader(allow('sns:Publish', topic)) }))).toEqual([]);
  });
});
