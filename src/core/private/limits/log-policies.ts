import { type CfnResource, Stack } from 'aws-cdk-lib';
import type { CfnLoggingConfiguration } from 'aws-cdk-lib/aws-wafv2';
import type { IConstruct } from 'constructs';
import type { AppResources } from '../app-resources';
import { isFirst } from '../once';
import { Estimator } from './estimate';
import { addLimit, addQuota } from './limit';

/**
 * Checks the limits of CloudWatch Logs resource policies per account and Region, counting the resources of this app only: the number of
 * policies, and the size of the policy to which AWS adds each log group of AWS WAF. Documented: "PutResourcePolicy", and "Logs sent to
 * CloudWatch Logs".
 */
export function limitLogPolicies(scope: IConstruct): void {
  const stack = Stack.of(scope);
  // Once for each account and Region.
  if (!isFirst(stack.node.root, `LogPolicies.limited.${stack.environment}`)) return;
  const beside = <T extends CfnResource>(resources: readonly T[]): T[] =>
    resources.filter((resource) => Stack.of(resource).environment === stack.environment);
  addLimit(
    stack,
    {
      property: 'resource policies of CloudWatch Logs in this account and Region',
      most: 10,
      source: '"PutResourcePolicy"',
      remedy: 'Combine the statements for several services in one policy.',
    },
    (app) => beside(app.ofType('AWS::Logs::ResourcePolicy')).length,
  );
  addQuota(
    stack,
    {
      id: 'logDeliveryPolicy',
      property: 'bytes of the policy that AWS writes for the logs of web ACLs in this account and Region',
      most: 5_120,
      source: '"PutResourcePolicy", policyDocument',
      remedy: 'Share one web ACL between APIs, with Firewall.fromWebAclArn.',
    },
    (app) => deliveryPolicy(app, beside(app.ofType<CfnLoggingConfiguration>('AWS::WAFv2::LoggingConfiguration'))),
  );
}

/** The size of the policy in the form that AWS writes it: one statement whose resources are the streams of all log groups. */
function deliveryPolicy(app: AppResources, configurations: CfnLoggingConfiguration[]): number {
  const arns = configurations.flatMap((one) => {
    const estimator = Estimator.of(one, app);
    return one.logDestinationConfigs.map((arn) => `${estimator.text(arn)}:log-stream:*`);
  });
  if (arns.length === 0) return 0;
  const account = '123456789012';
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AWSLogDeliveryWrite1',
        Effect: 'Allow',
        Principal: { Service: 'delivery.logs.amazonaws.com' },
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: arns,
        Condition: { StringEquals: { 'aws:SourceAccount': account }, ArnLike: { 'aws:SourceArn': `arn:aws:logs:us-east-1:${account}:*` } },
      },
    ],
  }).length;
}
