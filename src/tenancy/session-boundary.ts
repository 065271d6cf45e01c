import { CfnResource } from 'aws-cdk-lib';
import { type CfnRole, ManagedPolicy, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { invalidText } from '../core/private/base/invalid';
import { refersTo, synthesized } from '../core/private/base/synthesized';
import { acknowledge, REGULATED } from '../core/private/rule-packs';

/**
 * Creates the permissions boundary of a tenant role, as the child `SessionBoundary`. As it is deployed, it limits nothing. Onboarding adds
 * versions that deny the sessions of suspended tenants.
 *
 * A boundary, and no policy of the role: whoever writes a policy of the role can grant it anything. A boundary grants nothing.
 */
export function createSessionBoundary(scope: Construct, role: Role, noun: string): ManagedPolicy {
  const boundary = new ManagedPolicy(scope, 'SessionBoundary', {
    description: `Permissions boundary that ends the sessions of a ${noun}. It is written at run time. Never attach it as a policy`,
    statements: [new PolicyStatement({ actions: ['*'], resources: ['*'] })],
  });
  const resource = role.node.defaultChild as CfnRole;
  resource.permissionsBoundary = boundary.managedPolicyArn;
  acknowledge(boundary, ['AwsSolutions'], 'IAM5[Action::*]', GRANTS_NOTHING);
  acknowledge(boundary, ['AwsSolutions'], 'IAM5[Resource::*]', GRANTS_NOTHING);
  acknowledge(boundary, REGULATED, 'IAMPolicyNoStatementsWithAdminAccess', GRANTS_NOTHING);
  acknowledge(boundary, ['HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'], 'IAMPolicyNoStatementsWithFullAccess', GRANTS_NOTHING);
  scope.node.addValidation({ validate: () => replaced(scope, resource, boundary) });
  return boundary;
}

/** An aspect, or the settings of the app, can give every role another boundary. */
function replaced(scope: Construct, role: CfnRole, boundary: ManagedPolicy): string[] {
  const { PermissionsBoundary: found } = synthesized(role).properties;
  const own = boundary.node.defaultChild;
  if (CfnResource.isCfnResource(own) && refersTo(scope, found, boundary.managedPolicyArn, own)) return [];
  const right = 'the boundary that ends sessions: leave this role out of the aspect that sets boundaries, or out of tenantRoles of the API';
  return [invalidText(scope, 'permissionsBoundary', found, right)];
}

const GRANTS_NOTHING =
  'The policy is the permissions boundary of one role: it grants nothing. The policies of the role list each permission.';
