import { join } from 'node:path';
import { App, CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { LambdaIntegration, RestApi, TokenAuthorizer } from 'aws-cdk-lib/aws-apigateway';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';

/** An API whose callers are checked by a function of its own. */
class StatusStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const status = new NodejsFunction(this, 'Status', {
      runtime: Runtime.NODEJS_22_X,
      entry: join(__dirname, 'lambda', 'status.ts'),
    });
    const check = new NodejsFunction(this, 'Check', {
      runtime: Runtime.NODEJS_22_X,
      entry: join(__dirname, 'lambda', 'check.ts'),
    });

    const api = new RestApi(this, 'Api', { restApiName: 'status' });
    const authorizer = new TokenAuthorizer(this, 'Authorizer', { handler: check, resultsCacheTtl: Duration.seconds(0) });
    api.root.addResource('status').addMethod('GET', new LambdaIntegration(status), { authorizer });

    new CfnOutput(this, 'Url', { value: api.url });
  }
}

const app = new App();
new StatusStack(app, 'TokenAuthorizer');
