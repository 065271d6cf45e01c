import { join } from 'node:path';
import * as cdk from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

/** Widgets are objects in a bucket, with an API to create, read and delete them. */
class WidgetService extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const bucket = new s3.Bucket(this, 'Store', { removalPolicy: cdk.RemovalPolicy.DESTROY, autoDeleteObjects: true });
    const handler = new lambda.Function(this, 'Handler', {
      runtime: lambda.Runtime.NODEJS_22_X,
      code: lambda.Code.fromAsset(join(__dirname, 'widgets')),
      handler: 'widgets.main',
      environment: { BUCKET: bucket.bucketName },
    });
    bucket.grantReadWrite(handler);

    const api = new apigateway.RestApi(this, 'Api', { restApiName: 'Widgets' });
    const integration = new apigateway.LambdaIntegration(handler, { requestTemplates: { 'application/json': '{ "statusCode": "200" }' } });
    api.root.addMethod('GET', integration);
    const widget = api.root.addResource('{id}');
    for (const method of ['POST', 'GET', 'DELETE']) widget.addMethod(method, integration);
    new cdk.CfnOutput(this, 'Url', { value: api.url });
  }
}

class WidgetStack extends cdk.Stack {
  constructor(scope: cdk.App, id: string) {
    super(scope, id);
    new WidgetService(this, 'Widgets');
  }
}

new WidgetStack(new cdk.App(), 'WidgetStore');
