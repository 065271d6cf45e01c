import { join } from 'node:path';
import * as cdk from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as sqs from 'aws-cdk-lib/aws-sqs';

/** Orders arrive in a queue, and a function stores them. What it cannot store ends in another queue. */
class OrdersStack extends cdk.Stack {
  constructor(scope: cdk.App, id: string) {
    super(scope, id);

    const failed = new sqs.Queue(this, 'FailedOrders');
    const orders = new sqs.Queue(this, 'Orders', {
      visibilityTimeout: cdk.Duration.seconds(30),
      deadLetterQueue: { queue: failed, maxReceiveCount: 3 },
    });
    const table = new dynamodb.TableV2(this, 'Table', {
      partitionKey: { name: 'order', type: dynamodb.AttributeType.STRING },
    });
    const store = new lambda.Function(this, 'Store', {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(join(__dirname, 'lambda')),
      environment: { TABLE: table.tableName },
    });
    table.grantWriteData(store);
    store.addEventSource(new SqsEventSource(orders, { batchSize: 5, reportBatchItemFailures: true }));

    new cdk.CfnOutput(this, 'OrdersUrl', { value: orders.queueUrl });
    new cdk.CfnOutput(this, 'FailedUrl', { value: failed.queueUrl });
    new cdk.CfnOutput(this, 'TableName', { value: table.tableName });
  }
}

new OrdersStack(new cdk.App(), 'QueueToFunction');
