import { join } from 'node:path';
import * as cdk from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as lambda from 'aws-cdk-lib/aws-lambda';

/** An API for the users of a user pool. */
class UsersStack extends cdk.Stack {
  constructor(scope: cdk.App, id: string) {
    super(scope, id);

    const hello = new lambda.Function(this, 'Hello', {
      runtime: lambda.Runtime.NODEJS_22_X,
      code: lambda.Code.fromAsset(join(__dirname, 'lambda')),
      handler: 'hello.handler',
    });

    const pool = new cognito.UserPool(this, 'Users', { signInAliases: { email: true }, selfSignUpEnabled: false });
    const client = pool.addClient('App', { authFlows: { adminUserPassword: true } });

    const api = new apigateway.LambdaRestApi(this, 'Api', { handler: hello, proxy: false });
    const authorizer = new apigateway.CognitoUserPoolsAuthorizer(this, 'Authorizer', { cognitoUserPools: [pool] });
    api.root.addResource('hello').addMethod('GET', new apigateway.LambdaIntegration(hello), {
      authorizer,
      authorizationType: apigateway.AuthorizationType.COGNITO,
    });

    new cdk.CfnOutput(this, 'ApiUrl', { value: api.url });
    new cdk.CfnOutput(this, 'PoolId', { value: pool.userPoolId });
    new cdk.CfnOutput(this, 'ClientId', { value: client.userPoolClientId });
  }
}

new UsersStack(new cdk.App(), 'UsersApi');
