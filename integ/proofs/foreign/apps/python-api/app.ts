import { join } from 'node:path';
import * as cdk from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';

/** A short address for a long one: a function in Python with a table, behind an API. */
class ShortenerStack extends cdk.Stack {
  constructor(scope: cdk.App, id: string) {
    super(scope, id);
    const links = new dynamodb.Table(this, 'Links', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } });
    const shorten = new lambda.Function(this, 'Shorten', {
      runtime: lambda.Runtime.PYTHON_3_12,
      code: lambda.Code.fromAsset(join(__dirname, 'lambda')),
      handler: 'shorten.main',
      environment: { LINKS: links.tableName },
    });
    links.grantReadWriteData(shorten);
    const api = new apigateway.LambdaRestApi(this, 'Api', { handler: shorten });
    new cdk.CfnOutput(this, 'Address', { value: api.url });
  }
}

new ShortenerStack(new cdk.App(), 'PythonApi');
