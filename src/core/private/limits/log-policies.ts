import { type CfnResource, Stack } from 'aws-cdk-lib';
import type { CfnLoggingConfiguration } from 'aws-cdk-lib/aws-wafv2';
import type { IConstruct } from 'constructs';
import { isFirst } from '../once';
import { Estimator } from './estimate';
import { addLimit, addQuota } from './limit';

/**
 * Checks what CloudWatch Logs limits for a whole account and Region, as far as this app fills it: policies that let services write logs, and the one
 * of them that lists the logs of AWS WAF. Documented: "PutResourcePolicy", and "Logs sent to CloudWatch Logs": AWS adds each log group to it.
 */
export function limitLogPolicies(scope: IConstruct): void {
  const stack = Stack.of(scope);
  // Once for all stacks of an account and Region.
  if (!isFirst(stack.node.root, `LogPolicies.limited.${stack.environment}`)) return;
  const beside = <T extends CfnResource>(resources: readonly T[]): T[] =>
    resources.filter((resource) => Stack.of(resource).environment === stack.environment);
  addLimit(
    stack,
    {
      property: 'resource policies of CloudWatch Logs in this account and Region',
      most: 10,
      source: '"PutResourcePolicy"',
      remedy: 'Put statements for several services into one policy.',
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
      remedy: 'Share one web ACL among APIs: Firewall.external.',
    },
    (app) => deliveryPolicy(beside(app.ofType<CfnLoggingConfiguration>('AWS::WAFv2::LoggingConfiguration'))),
  );
}

/** As AWS writes it: one statement whose resources are the streams of each log group. */
function deliveryPolicy(configurations: CfnLoggingConfiguration[]): number {
  const arns = configurations.flatMap((one) => {
    const estimator = new Estimator(one);
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
