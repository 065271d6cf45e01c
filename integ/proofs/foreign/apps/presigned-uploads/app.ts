import { join } from 'node:path';
import * as cdk from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';

/** Partners with an API key get addresses to which they upload their files. */
class UploadsStack extends cdk.Stack {
  constructor(scope: cdk.App, id: string) {
    super(scope, id);
    const files = new s3.Bucket(this, 'Files', {
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      versioned: true,
      lifecycleRules: [{ expiration: cdk.Duration.days(7) }],
      cors: [{ allowedMethods: [s3.HttpMethods.PUT], allowedOrigins: ['*'], allowedHeaders: ['*'] }],
    });
    const sign = new lambda.Function(this, 'Sign', {
      runtime: lambda.Runtime.PYTHON_3_12,
      code: lambda.Code.fromAsset(join(__dirname, 'lambda')),
      handler: 'sign.handler',
      memorySize: 256,
      environment: { BUCKET: files.bucketName },
    });
    files.grantPut(sign);
    files.grantRead(sign);

    const api = new apigateway.RestApi(this, 'Api', {
      deployOptions: { throttlingRateLimit: 50, throttlingBurstLimit: 20 },
      defaultCorsPreflightOptions: { allowOrigins: apigateway.Cors.ALL_ORIGINS },
    });
    const model = api.addModel('File', {
      contentType: 'application/json',
      schema: {
        type: apigateway.JsonSchemaType.OBJECT,
        required: ['name'],
        properties: { name: { type: apigateway.JsonSchemaType.STRING, pattern: '^[a-z0-9.-]+$' } },
      },
    });
    api.root.addResource('files').addMethod('POST', new apigateway.LambdaIntegration(sign), {
      apiKeyRequired: true,
      requestModels: { 'application/json': model },
      requestValidatorOptions: { validateRequestBody: true },
    });
    const key = api.addApiKey('Partner', { value: 'a-partner-key-of-twenty-letters' });
    const plan = api.addUsagePlan('Partners', {
      throttle: { rateLimit: 10, burstLimit: 5 },
      quota: { limit: 100, period: apigateway.Period.DAY },
    });
    plan.addApiKey(key);
    plan.addApiStage({ stage: api.deploymentStage });
    new cdk.CfnOutput(this, 'Url', { value: api.url });
  }
}

new UploadsStack(new cdk.App(), 'PresignedUploads');
