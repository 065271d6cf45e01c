import { ManagedPolicy, PermissionsBoundary, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Tenancy, TenantRole, Tier } from '../../src';
import { violations } from '../nag';
import { logicalIds, templateOf, testStack } from '../synth';
import { bareApi, tenancy, tenantApi } from '../tenant-isolated-api/fixtures';

function tenantRole(scope = testStack(), id = 'Tenants', of = tenancy): TenantRole {
  const opener = new Role(scope, `${id}Service`, { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
  return new TenantRole(scope, id, { tenancy: of, sessionOpeners: [opener] });
}

test('a role that no API ends the sessions of has no boundary', () => {
  const stack = testStack();
  tenantRole(stack);
  templateOf(stack).resourceCountIs('AWS::IAM::ManagedPolicy', 0);
  expect(JSON.stringify(templateOf(stack).findResources('AWS::IAM::Role'))).not.toContain('PermissionsBoundary');
});

test('the boundary of a role allows everything, and its logical id never changes', () => {
  const stack = testStack();
  const tenants = tenantRole(stack);
  expect(tenants.sessionBoundary).toBe(tenants.sessionBoundary);
  const template = templateOf(stack);
  expect(logicalIds(template, 'AWS::IAM::ManagedPolicy')).toEqual([expect.stringMatching(/^TenantsSessionBoundary[0-9A-F]{8}$/)]);
  const [Ref] = logicalIds(template, 'AWS::IAM::ManagedPolicy');
  template.hasResourceProperties('AWS::IAM::ManagedPolicy', {
    PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
  });
  const [policy] = Object.values(template.findResources('AWS::IAM::ManagedPolicy'));
  // Attached, it would grant everything.
  for (const attached of ['Roles', 'Users', 'Groups']) expect(policy.Properties).not.toHaveProperty(attached);
  template.hasResourceProperties('AWS::IAM::Role', { PermissionsBoundary: { Ref } });
});

test('the onboarding function of an API may write this boundary only, and has no permission on the role', () => {
  const stack = testStack();
  tenantApi(stack, { tenantRoles: [tenantRole(stack)] });
  const template = templateOf(stack);
  const [Ref] = logicalIds(template, 'AWS::IAM::ManagedPolicy').filter((id) => id.startsWith('TenantsSessionBoundary'));
  const statements = Object.values(template.findResources('AWS::IAM::Policy'))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .filter(({ Action }) => JSON.stringify(Action).includes('iam:'));
  expect(statements).toEqual([
    {
      Effect: 'Allow',
      Action: ['iam:CreatePolicyVersion', 'iam:DeletePolicyVersion', 'iam:ListPolicyVersions', 'iam:SetDefaultPolicyVersion'],
      Resource: { Ref },
    },
  ]);
  const variables = Object.values(template.findResources('AWS::Lambda::Function')).map(
    ({ Properties }) => Properties.Environment?.Variables?.TENANT_ROLES,
  );
  expect(JSON.stringify(variables)).toContain('aws:PrincipalTag/school');
});

test('an API without tenantRoles has no such permission', () => {
  const stack = testStack();
  tenantApi(stack);
  expect(JSON.stringify(templateOf(stack).toJSON())).not.toContain('PolicyVersion');
});

describe('errors', () => {
  test('a role whose boundary an aspect replaces, because its sessions would not end', () => {
    const stack = testStack();
    tenantApi(stack, { tenantRoles: [tenantRole(stack)] });
    const other = new ManagedPolicy(stack, 'Other', { statements: [new PolicyStatement({ actions: ['*'], resources: ['*'] })] });
    PermissionsBoundary.of(stack).apply(other);
    expect(() => templateOf(stack)).toThrow(
      /Test\/Tenants: invalid permissionsBoundary .*: expected the boundary that ends sessions: leave this role out of the aspect that sets boundaries, or out of tenantRoles of the API/,
    );
  });

  test('an imported role', () => {
    const stack = testStack();
    const imported = TenantRole.fromTenantRoleAttributes(stack, 'Tenants', { roleArn: 'arn:aws:iam::123456789012:role/tenants', tenancy });
    expect(() => bareApi(stack, { tenantRoles: [imported] })).toThrow(
      /Test\/Tenants: invalid role .*: expected a TenantRole of this app: the boundary of an imported one can only be set where it is created/,
    );
  });

  test('a role of another tenancy', () => {
    const stack = testStack();
    const clubs = Tenancy.of('club', { tiers: [Tier.of('standard', { rate: 1, burst: 1 })] });
    expect(() => bareApi(stack, { tenantRoles: [tenantRole(stack, 'Clubs', clubs)] })).toThrow(
      /Test\/Api: invalid tenantRoles\[0\] .*: expected a TenantRole of the directory's tenancy, whose noun is school/,
    );
  });

  test('a role of two APIs, and a role that is listed twice', () => {
    const stack = testStack();
    const tenants = tenantRole(stack);
    bareApi(stack, { tenantRoles: [tenants] });
    expect(() => bareApi(stack, { tenantRoles: [tenants] }, 'Second')).toThrow(
      /Test\/Second: invalid tenantRoles\[0\] .*: expected a TenantRole that is listed once: its sessions are ended by Test\/Api/,
    );
  });
});

test('no rule pack has open findings', () => {
  const stack = testStack();
  void tenantRole(stack).sessionBoundary;
  const own = /TenantsService/;
  expect(violations(stack).filter((violation) => !own.test(violation))).toEqual([]);
});
