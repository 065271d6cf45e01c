import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { limitRolePolicies } from '../core/private/limits';
import { acknowledge, REGULATED } from '../core/private/rule-packs';

/**
 * The role of the code, as the child `TaskRole`: it has no permission until it is granted one. Documented: "Amazon ECS task IAM role", the conditions
 * that let ECS assume it for tasks of this account only.
 */
export function createTaskRole(scope: Construct): Role {
  const stack = Stack.of(scope);
  const tasks = stack.formatArn({ service: 'ecs', resource: '*', arnFormat: ArnFormat.NO_RESOURCE_NAME });
  const role = new Role(scope, 'TaskRole', {
    assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account }, ArnLike: { 'aws:SourceArn': tasks } },
    }),
    description: `The code of ${scope.node.path}`.slice(0, 1_000),
  });
  acknowledgeGrants(role);
  limitRolePolicies(role);
  return role;
}

/** The role in which ECS starts a task, as the child `ExecutionRole`: it pulls the image, reads the secrets and writes the log. */
export function createExecutionRole(scope: Construct): Role {
  return new Role(scope, 'ExecutionRole', {
    assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com'),
    description: `Starts tasks of ${scope.node.path}`.slice(0, 1_000),
  });
}

/** Once the role has been given what it needs. */
export function acknowledgeExecutionRole(role: Role): void {
  const policy = role.node.tryFindChild('DefaultPolicy');
  if (policy === undefined) return;
  acknowledge(
    policy,
    REGULATED,
    'IAMNoInlinePolicy',
    'The policy names the image, the secrets and the log of one service: a managed policy could be attached elsewhere.',
  );
  acknowledge(
    policy,
    ['AwsSolutions'],
    'IAM5[Resource::*]',
    'ecr:GetAuthorizationToken has no resources. It allows no image to be pulled; that is granted for one repository.',
  );
}

/** What is granted to the code becomes an inline policy of its role. */
export function acknowledgeGrants(role: Role): void {
  acknowledge(
    role,
    REGULATED,
    'IAMNoInlinePolicy',
    'The policy holds what the code of one service may do, and is of use to no other role: a managed policy could be attached elsewhere.',
  );
}
