import { ArnFormat } from 'aws-cdk-lib';
import type { FargateService, ICluster } from 'aws-cdk-lib/aws-ecs';
import { type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { PolicyDocument, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnResourcePolicy, type LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { outermostStack } from '../core/private/base/outermost-stack';
import { limitLogPolicies } from '../core/private/limits';
import { plainArn } from '../core/private/log-group';
import { childOnce } from '../core/private/once';
import { acknowledge } from '../core/private/rule-packs';
import { endOfStackId, uniqueName } from '../core/private/unique-name';
import { createServiceLog, type ServiceLogs } from './service-logs';

/** EventBridge writes to log groups with this prefix: the policy that allows it is one for all services of a stack. */
const PREFIX = '/aws/events/';

/**
 * Sends what ECS says about a service to a log group, as the child `EventLogs`: why tasks were started and stopped, and how deployments went. ECS
 * itself shows the last 100 events, and stopped tasks for an hour.
 */
export function logServiceEvents(
  scope: Construct,
  { service, cluster, logs }: { readonly service: FargateService; readonly cluster: ICluster; readonly logs: ServiceLogs },
): { readonly logGroup: LogGroup; readonly failedDeployments: Rule } {
  const logGroup = createEventLog(scope, logs);
  allowEventBridge(scope);
  const rule = (id: string, description: string, eventPattern: EventPattern): Rule => {
    const made = new Rule(scope, id, { description: `${description} of ${scope.node.path}`.slice(0, 512), eventPattern });
    made.addTarget({ bind: () => ({ arn: plainArn(logGroup) }) });
    acknowledge(
      made,
      ['Serverless'],
      'EventBusDLQ',
      'EventBridge tries for 24 hours to deliver an event to CloudWatch Logs. An event that is lost even so is one line less in a log.',
    );
    return made;
  };
  const resources = [service.serviceArn];
  rule('TaskEvents', 'Started and stopped tasks', {
    source: ['aws.ecs'],
    detailType: ['ECS Task State Change'],
    detail: { clusterArn: [cluster.clusterArn], group: [`service:${service.serviceName}`] },
  });
  rule('ServiceEvents', 'Service events', { source: ['aws.ecs'], detailType: ['ECS Service Action'], resources });
  rule('DeploymentEvents', 'Deployments', {
    source: ['aws.ecs'],
    detailType: ['ECS Deployment State Change'],
    resources,
    detail: { eventName: [{ 'anything-but': 'SERVICE_DEPLOYMENT_FAILED' }] },
  });
  const failedDeployments = rule('FailedDeployments', 'Failed deployments', {
    source: ['aws.ecs'],
    detailType: ['ECS Deployment State Change'],
    resources,
    detail: { eventName: ['SERVICE_DEPLOYMENT_FAILED'] },
  });
  return { logGroup, failedDeployments };
}

function createEventLog(scope: Construct, logs: ServiceLogs): LogGroup {
  return createServiceLog(scope, 'EventLogs', logs, {
    named: (name) => `${PREFIX}${name}/ecs`,
    // The end of the stack's id: the retained log of a deleted stack does not conflict with a new one.
    unnamed: `${PREFIX}${uniqueName(scope, 200)}-${endOfStackId(scope)}`,
    standardRetention: RetentionDays.THREE_MONTHS,
  });
}

/** An account has room for ten such policies in a Region: one for each stack, not for each service. */
function allowEventBridge(scope: Construct): void {
  const stack = outermostStack(scope);
  childOnce(stack, 'EventLogPolicy', (id) => {
    const streams = stack.formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: `${PREFIX}*:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const statement = new PolicyStatement({
      principals: [new ServicePrincipal('events.amazonaws.com'), new ServicePrincipal('delivery.logs.amazonaws.com')],
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [streams],
    });
    return new CfnResourcePolicy(stack, id, {
      policyName: uniqueName(stack, 128),
      policyDocument: stack.toJsonString(new PolicyDocument({ statements: [statement] }).toJSON()),
    });
  });
  limitLogPolicies(scope);
}
