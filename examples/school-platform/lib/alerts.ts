import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AppKey } from 'cdk-andamio';
import { Construct } from 'constructs';

export interface AlertsProps {
  /** Name of the topic. */
  readonly name: string;
}

/** Where alarms are sent. Operators subscribe to the topic: e-mail, Slack, PagerDuty. */
export class Alerts extends Construct {
  public readonly topic: Topic;

  constructor(scope: Construct, id: string, { name }: AlertsProps) {
    super(scope, id);
    const masterKey = AppKey.of(this);
    // Documented: "Amazon SNS key management": CloudWatch publishes to an encrypted topic only if the policy of the key allows it.
    masterKey.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    this.topic = new Topic(this, 'Topic', { topicName: name, masterKey, enforceSSL: true });
  }
}
