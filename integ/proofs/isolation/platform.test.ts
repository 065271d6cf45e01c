import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import {
  AnyPrincipal,
  ArnPrincipal,
  Effect,
  type IRole,
  ManagedPolicy,
  PermissionsBoundary,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Tenancy, TenantBucketGrants, TenantRole, TenantTable, Tier } from '../../../src';
import { readPlatform } from './platform';

const standard = Tier.of('standard', { rate: 50, burst: 100 });
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A tenant role with a table, and a careless addition. */
function platformOf(add: (tenants: TenantRole, stack: Stack, table: TenantTable) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'isolation-'));
  folders.push(folder);
  const app = new App({ outdir: folder, analyticsReporting: false });
  const stack = new Stack(app, 'Clubs');
  const tenancy = Tenancy.of('club', { tiers: [standard] });
  const table = new TenantTable(stack, 'Data', { tenancy });
  const service = new Role(stack, 'Service', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
  const tenants = new TenantRole(stack, 'Tenants', { tenancy, sessionOpeners: [service] });
  table.grants.tenantRead(tenants);
  add(tenants, stack, table);
  app.synth();
  return () => readPlatform(folder);
}

test('an assembly without a tenant role stops the proof', () => {
  const folder = mkdtempSync(join(tmpdir(), 'isolation-'));
  folders.push(folder);
  const app = new App({ outdir: folder });
  new Stack(app, 'Empty');
  app.synth();
  expect(() => readPlatform(folder)).toThrow('no role of it has a trust that demands a session tag');
});

test.each<[string, Parameters<typeof platformOf>[0], string]>([
  [
    'a permission on everything',
    ({ role }) => role.addToPrincipalPolicy(new PolicyStatement({ actions: ['dynamodb:Query'], resources: ['*'] })),
    '* is not supported: it names more than one table, bucket or key',
  ],
  [
    'tables by a pattern',
    ({ role }) =>
      role.addToPrincipalPolicy(
        new PolicyStatement({ actions: ['dynamodb:Query'], resources: ['arn:aws:dynamodb:us-east-1:123456789012:table/*'] }),
      ),
    'table/* is not supported',
  ],
  [
    'objects whose owner is unknown',
    ({ role }, stack) => new Bucket(stack, 'Files').grantPut(role),
    's3:PutObjectLegalHold is not supported',
  ],
  [
    'objects that no permission names with the tag',
    ({ role }, stack) =>
      role.addToPrincipalPolicy(
        new PolicyStatement({ actions: ['s3:GetObject'], resources: [new Bucket(stack, 'Files').arnForObjects('*')] }),
      ),
    'nothing tells whose the objects of arn:aws:s3:::clubs-files',
  ],
  [
    'a role that is almost a tenant’s',
    (_, stack, { table }) =>
      new Role(stack, 'Almost', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }).addToPolicy(
        new PolicyStatement({
          actions: ['dynamodb:GetItem'],
          resources: [table.tableArn],
          conditions: { StringLike: { 'aws:PrincipalTag/club': '???*' } },
        }),
      ),
    "Clubs/Almost/Resource: it is almost a tenant's role: its policies use aws:PrincipalTag/club, but its trust does not demand",
  ],
  [
    'a public bucket',
    (_, stack) =>
      new Bucket(stack, 'Files').addToResourcePolicy(
        new PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'], principals: [new AnyPrincipal()] }),
      ),
    "its policy allows s3:GetObject to *, past the role's own policies",
  ],
  [
    'a bucket that is open to the role',
    ({ role }, stack) =>
      new Bucket(stack, 'Files').addToResourcePolicy(
        new PolicyStatement({ actions: ['s3:*'], resources: ['*'], principals: [new ArnPrincipal(role.roleArn)] }),
      ),
    'its policy allows s3:* to arn:aws:iam::123456789012:role/',
  ],
  [
    'a tenant’s role that opens its own sessions',
    ({ role }) => {
      const trust = new PolicyStatement({ actions: ['sts:AssumeRole'], principals: [new ArnPrincipal(role.roleArn)] });
      (role as Role).assumeRolePolicy?.addStatements(trust);
    },
    "Clubs/Tenants/Role/Resource: its trust names Clubs/Tenants/Role/Resource, so that a tenant's session opens the session of any other",
  ],
  [
    'tenants of another kind on the same table',
    (_, stack, { table }) => {
      const sessionOpeners = [Role.fromRoleName(stack, 'Opener', 'opener')];
      const teams = new TenantRole(stack, 'Teams', { tenancy: Tenancy.of('team', { tiers: [standard] }), sessionOpeners });
      const own = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['${aws:PrincipalTag/team}#*'] } };
      teams.role.addToPrincipalPolicy(new PolicyStatement({ actions: ['dynamodb:GetItem'], resources: [table.tableArn], conditions: own }));
    },
    'it gives sessions of a team access to arn:aws:dynamodb:us-east-1:123456789012:table/',
  ],
  [
    'tenants of another kind in the same folders',
    (tenants, stack) => {
      const files = TenantBucketGrants.fromBucket(new Bucket(stack, 'Files'));
      files.tenantRead(tenants, 'files/');
      const teams = new PolicyStatement({
        actions: ['s3:GetObject'],
        resources: [new Bucket(stack, 'Other').arnForObjects('files/${aws:PrincipalTag/team}/*')],
      });
      tenants.role.addToPrincipalPolicy(teams);
      TenantBucketGrants.fromBucket(stack.node.findChild('Other') as Bucket).tenantRead(tenants, 'files/');
    },
    'it gives sessions of a ',
  ],
])('%s stops the proofs by name', (_, add, message) => {
  expect(platformOf(add)).toThrow(message);
});

test('denials of a bucket policy, and its permissions for others, give the role no access', () => {
  const read = platformOf((_, stack) => {
    const bucket = new Bucket(stack, 'Files', { enforceSSL: true });
    bucket.addToResourcePolicy(
      new PolicyStatement({
        actions: ['s3:PutObject'],
        resources: ['*'],
        principals: [new ServicePrincipal('delivery.logs.amazonaws.com')],
      }),
    );
    bucket.addToResourcePolicy(
      new PolicyStatement({ effect: Effect.DENY, actions: ['s3:*'], resources: ['*'], principals: [new AnyPrincipal()] }),
    );
  });
  expect(read().roles).toHaveLength(1);
});

test('a boundary hides nothing: the permissions of the role are the same with one that denies everything', () => {
  const [bound] = platformOf(({ role }, stack) => deny(role, stack))().roles;
  const [unbound] = platformOf(() => undefined)().roles;
  expect(bound).toEqual(unbound);
});

function deny(role: IRole, stack: Stack): void {
  const nothing = new PolicyStatement({ effect: Effect.DENY, actions: ['*'], resources: ['*'] });
  PermissionsBoundary.of(role).apply(new ManagedPolicy(stack, 'Nothing', { statements: [nothing] }));
}
