import { join } from 'node:path';
import { App, CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** Each change of a table invokes a function, which keeps the totals of another table. */
class TotalsStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const sales = new dynamodb.Table(this, 'Sales', {
      partitionKey: { name: 'shop', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'sale', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const totals = new dynamodb.Table(this, 'Totals', {
      partitionKey: { name: 'shop', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const discarded = new sqs.Queue(this, 'Discarded');

    const add = new lambda.Function(this, 'Add', {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(join(__dirname, 'lambda')),
      environment: { TOTALS: totals.tableName },
      timeout: Duration.seconds(10),
    });
    totals.grantWriteData(add);
    add.addEventSource(
      new DynamoEventSource(sales, {
        startingPosition: lambda.StartingPosition.TRIM_HORIZON,
        batchSize: 10,
        bisectBatchOnError: true,
        onFailure: new SqsDlq(discarded),
        retryAttempts: 2,
      }),
    );

    new CfnOutput(this, 'SalesName', { value: sales.tableName });
    new CfnOutput(this, 'TotalsName', { value: totals.tableName });
    new CfnOutput(this, 'DiscardedUrl', { value: discarded.queueUrl });
  }
}

new TotalsStack(new App(), 'TableToFunction');
