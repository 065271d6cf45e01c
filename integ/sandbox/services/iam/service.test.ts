import {
  CreatePolicyVersionCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  IAMClient,
  ListPolicyVersionsCommand,
  SetDefaultPolicyVersionCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ACCOUNT, assemble, failure, openTestEndpoint, roleArn, type TestEndpoint } from '../../testing/endpoint';

const REGION = 'us-east-1';
const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/Boundary`;
const ALLOW = { Effect: 'Allow', Action: '*', Resource: '*' };
const documentOf = (...more: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: [ALLOW, ...more] });
const denial = (Condition: object) => ({ Effect: 'Deny', Action: '*', Resource: '*', Condition });

let sandbox: TestEndpoint;
let operator: IAMClient;
const clients: { destroy(): void }[] = [];

beforeAll(async () => {
  const assembly = assemble((stack) => {
    const role = (roleName: string, assumedBy: iam.IPrincipal, boundary?: iam.IManagedPolicy) =>
      new iam.Role(stack, roleName, { roleName, assumedBy, permissionsBoundary: boundary });
    const boundary = new iam.ManagedPolicy(stack, 'Boundary', {
      managedPolicyName: 'Boundary',
      statements: [iam.PolicyStatement.fromJson(ALLOW)],
    });
    const service = role('Service', new iam.ServicePrincipal('lambda.amazonaws.com'));
    const tenants = role('Tenants', new iam.SessionTagsPrincipal(new iam.ArnPrincipal(service.roleArn)), boundary);
    const target = role('Target', new iam.AccountRootPrincipal());
    target.grantAssumeRole(tenants);
    role('Operator', new iam.ServicePrincipal('lambda.amazonaws.com')).addToPolicy(
      new iam.PolicyStatement({ actions: ['iam:*'], resources: [boundary.managedPolicyArn] }),
    );
  });
  sandbox = await openTestEndpoint(assembly);
  operator = kept(new IAMClient({ ...settings(), credentials: sandbox.as('Operator'), maxAttempts: 1 }));
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await sandbox?.close();
});

const settings = () => ({ endpoint: sandbox.endpoint.url, region: REGION });
function kept<Client extends { destroy(): void }>(client: Client): Client {
  clients.push(client);
  return client;
}

/** A session of the role with the boundary. Returns what a call in it results in. */
async function openSession(school: string): Promise<() => Promise<string>> {
  const sts = kept(new STSClient({ ...settings(), credentials: sandbox.as('Service') }));
  const input = { RoleArn: roleArn('Tenants'), RoleSessionName: school, Tags: [{ Key: 'school', Value: school }] };
  const { Credentials: opened } = await sts.send(new AssumeRoleCommand(input));
  const credentials = {
    accessKeyId: opened?.AccessKeyId ?? '',
    secretAccessKey: opened?.SecretAccessKey ?? '',
    sessionToken: opened?.SessionToken,
  };
  const session = kept(new STSClient({ ...settings(), credentials, maxAttempts: 1 }));
  return async () => {
    try {
      await session.send(new AssumeRoleCommand({ RoleArn: roleArn('Target'), RoleSessionName: 'next' }));
      return 'allowed';
    } catch (error) {
      return (error as Error).name;
    }
  };
}
const create = async (PolicyDocument: string, SetAsDefault = false) =>
  (await operator.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault }))).PolicyVersion?.VersionId;
const setDefault = (VersionId?: string) => operator.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId }));
const remove = (VersionId?: string) => operator.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }));
const versions = async () =>
  ((await operator.send(new ListPolicyVersionsCommand({ PolicyArn }))).Versions ?? []).map(
    ({ VersionId, IsDefaultVersion }) => `${VersionId}${IsDefaultVersion ? ' in force' : ''}`,
  );

test('a version of a boundary takes effect at once when it is in force, also for open sessions', async () => {
  const [north, south] = [await openSession('north'), await openSession('south')];
  expect([await north(), await south()]).toEqual(['allowed', 'allowed']);
  const soon = new Date(Date.now() + 60_000).toISOString();
  const id = await create(
    documentOf(denial({ StringEquals: { 'aws:PrincipalTag/school': ['north'] }, DateLessThan: { 'aws:TokenIssueTime': soon } })),
  );
  expect([await north(), await versions()]).toEqual(['allowed', ['v2', 'v1 in force']]);
  await setDefault(id);
  expect([await north(), await south()]).toEqual(['AccessDenied', 'allowed']);
  expect(await (await openSession('north'))()).toBe('AccessDenied');
  const past = new Date(Date.now() - 60_000).toISOString();
  await create(documentOf(denial({ DateLessThan: { 'aws:TokenIssueTime': past } })), true);
  expect([await north(), await versions()]).toEqual(['allowed', ['v3 in force', 'v2', 'v1']]);
});

test('versions have the limits of IAM', async () => {
  await create(documentOf());
  await create(documentOf());
  expect(await failure(create(documentOf()))).toMatchObject({ name: 'LimitExceededException' });
  expect(await failure(remove('v3'))).toMatchObject({ name: 'DeleteConflictException' });
  for (const id of ['v1', 'v2', 'v4', 'v5']) await remove(id);
  expect(await versions()).toEqual(['v3 in force']);
  for (const failed of [remove('v2'), setDefault('v2')]) expect(await failure(failed)).toMatchObject({ name: 'NoSuchEntityException' });
  expect(await failure(create('{'))).toMatchObject({ name: 'MalformedPolicyDocumentException' });
  const long = (characters: number) => documentOf({ ...ALLOW, Resource: `arn:aws:s3:::${'x'.repeat(characters)}` });
  const room = 6_144 - long(0).length;
  expect(await failure(create(long(room + 1)))).toMatchObject({ name: 'LimitExceededException' });
  expect(await create(long(room))).toBe('v6');
});

test('another policy, another operation and another caller are rejected', async () => {
  const other = new IAMClient({ ...settings(), credentials: sandbox.as('Service'), maxAttempts: 1 });
  clients.push(other);
  expect(await failure(other.send(new ListPolicyVersionsCommand({ PolicyArn })))).toMatchObject({ name: 'AccessDenied' });
  expect(await failure(operator.send(new ListPolicyVersionsCommand({ PolicyArn: `${PolicyArn}2` })))).toMatchObject({
    name: 'AccessDenied',
  });
  expect(await failure(operator.send(new GetPolicyCommand({ PolicyArn })))).toMatchObject({
    message: expect.stringContaining('does not support the operation GetPolicy of iam'),
  });
});
