import { join } from 'node:path';
import * as cdk from 'aws-cdk-lib';
import { CorsHttpMethod, HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as lambda from 'aws-cdk-lib/aws-lambda';

/** An HTTP API with a function. */
class QuotesStack extends cdk.Stack {
  constructor(scope: cdk.App, id: string) {
    super(scope, id);
    const quote = new lambda.Function(this, 'Quote', {
      runtime: lambda.Runtime.NODEJS_22_X,
      code: lambda.Code.fromAsset(join(__dirname, 'lambda')),
      handler: 'quote.handler',
    });
    const api = new HttpApi(this, 'Api', { corsPreflight: { allowOrigins: ['*'], allowMethods: [CorsHttpMethod.GET] } });
    api.addRoutes({ path: '/quotes/{author}', methods: [HttpMethod.GET], integration: new HttpLambdaIntegration('Quotes', quote) });
    new cdk.CfnOutput(this, 'Url', { value: api.apiEndpoint });
    new cdk.CfnOutput(this, 'QuoteName', { value: quote.functionName });
  }
}

new QuotesStack(new cdk.App(), 'HttpApi');
