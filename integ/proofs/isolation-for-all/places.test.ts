import type { JsonObject } from '../../sandbox';
import { allow, arn, type Change, read, resultOf as resultWith, sub } from './changed-template';
import { document } from './small-template';
import { remembering, type Solver, startSolver } from './solver';

/** Who is not in the assembly, and places that do not tell whose data is there. */
let solver: Solver;
beforeAll(async () => {
  solver = remembering(await startSolver(() => {}));
});
afterAll(() => solver.close());

const policy = (statement: JsonObject, to: JsonObject) => ({
  Type: 'AWS::IAM::Policy',
  Properties: { PolicyName: 'P', PolicyDocument: document(statement), ...to },
});
const account = (name: string) => `arn:aws:iam::123456789012:${name}`;
const readData = { ...read, Resource: arn('Data') };
const toTenants = { Roles: [{ Ref: 'Tenants' }] };

test.each<[string, Change, string[]]>([
  [
    'roles and members of groups that are not in the assembly',
    (resources) => void Object.assign(resources, { Own: policy(readData, { Roles: ['tools'], Groups: ['ops'] }) }),
    [account('group/ops'), account('role/tools')].map((who) => `${who}: dynamodb:GetItem on App.Data`),
  ],
  [
    'a user that is not in the assembly',
    (resources) => {
      const { Properties } = policy(readData, { UserName: 'somebody' });
      resources.Own = { Type: 'AWS::IAM::UserPolicy', Properties };
    },
    [`${account('user/somebody')}: dynamodb:GetItem on App.Data`],
  ],
  [
    'other members of a group',
    (resources) => {
      const Policies = [{ PolicyName: 'P', PolicyDocument: document(readData) }];
      resources.Readers = { Type: 'AWS::IAM::Group', Properties: { GroupName: 'readers', Policies } };
    },
    [`${account('group/readers')}: dynamodb:GetItem on App.Data`],
  ],
  [
    'every tenant’s session, in a folder without the tag',
    (resources) => void Object.assign(resources, { Wide: policy(allow('s3:PutObject', sub('${Files.Arn}/shared/*')), toTenants) }),
    ['App.Tenants: s3:PutObject on App.Files'],
  ],
  [
    'every tenant’s session, in the list of a bucket without tenants’ folders',
    (resources) => {
      resources.Other = { Type: 'AWS::S3::Bucket', Properties: {} };
      const Condition = { StringLike: { 's3:prefix': 'shared/*' } };
      resources.Wide = policy(allow('s3:ListBucket', arn('Other'), { Condition }), toTenants);
    },
    ['App.Tenants: s3:ListBucket on App.Other'],
  ],
  [
    'who may write rows of any tenant into a lake',
    (resources) => {
      resources.Stream = { Type: 'AWS::KinesisFirehose::DeliveryStream', Properties: {} };
      resources.Own = policy(allow('firehose:PutRecord', arn('Stream')), { Roles: [{ Ref: 'Service' }] });
    },
    ['App.Service: firehose:PutRecord on App.Stream'],
  ],
])('%s', async (_, change, expected) => {
  expect(await resultWith(solver, change)).toEqual(expected);
});

test.each<[string, Change, string]>([
  [
    'tenants of another kind in the same folders',
    (resources) => {
      resources.Odd = policy(allow('s3:GetObject', sub('${Files.Arn}/files/${!aws:PrincipalTag/team}/*')), toTenants);
    },
    'it gives sessions of a team access to arn:aws:s3:::',
  ],
  [
    'a tenants’ role whose trust is elsewhere',
    (resources) => {
      const Condition = { Null: { 'aws:PrincipalTag/school': 'false' } };
      resources.Odd = policy({ ...readData, Condition }, { Roles: ['elsewhere'] });
    },
    `${account('role/elsewhere')}: its policies use aws:PrincipalTag/school, and its trust is not in the assembly`,
  ],
])('%s stops the proof', async (_, change, message) => {
  expect(await resultWith(solver, change)).toContain(message);
});
