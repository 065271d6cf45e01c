import { join } from 'node:path';
import * as cdk from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';

/** News go to a topic, and from there to a queue for each reader. */
class NewsStack extends cdk.Stack {
  constructor(scope: cdk.App, id: string) {
    super(scope, id);
    const topic = new sns.Topic(this, 'News');
    for (const reader of ['Archive', 'Translate']) {
      const queue = new sqs.Queue(this, `${reader}Queue`);
      topic.addSubscription(new subscriptions.SqsSubscription(queue, { rawMessageDelivery: true }));
      const handler = new lambda.Function(this, reader, {
        runtime: lambda.Runtime.NODEJS_22_X,
        code: lambda.Code.fromAsset(join(__dirname, 'lambda')),
        handler: 'read.handler',
        environment: { READER: reader },
      });
      handler.addEventSource(new SqsEventSource(queue));
      new cdk.CfnOutput(this, `${reader}Url`, { value: queue.queueUrl });
      new cdk.CfnOutput(this, `${reader}Group`, { value: handler.logGroup.logGroupName });
    }
    new cdk.CfnOutput(this, 'TopicArn', { value: topic.topicArn });
  }
}

new NewsStack(new cdk.App(), 'NewsFanOut');
