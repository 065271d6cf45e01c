import { join } from 'node:path';
import * as cdk from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as notifications from 'aws-cdk-lib/aws-s3-notifications';

/** Each uploaded text invokes a function, which counts its lines. */
class UploadsStack extends cdk.Stack {
  constructor(scope: cdk.App, id: string) {
    super(scope, id);
    const uploads = new s3.Bucket(this, 'Uploads');
    const index = new dynamodb.Table(this, 'Index', { partitionKey: { name: 'key', type: dynamodb.AttributeType.STRING } });
    const count = new lambda.Function(this, 'Count', {
      runtime: lambda.Runtime.PYTHON_3_13,
      code: lambda.Code.fromAsset(join(__dirname, 'lambda')),
      handler: 'count.handler',
      environment: { INDEX: index.tableName },
    });
    uploads.grantRead(count);
    index.grantWriteData(count);
    uploads.addEventNotification(s3.EventType.OBJECT_CREATED, new notifications.LambdaDestination(count), {
      prefix: 'texts/',
      suffix: '.txt',
    });

    new cdk.CfnOutput(this, 'UploadsName', { value: uploads.bucketName });
    new cdk.CfnOutput(this, 'IndexName', { value: index.tableName });
  }
}

new UploadsStack(new cdk.App(), 'UploadIndex');
