import { join } from 'node:path';
import { App, Aws, CfnOutput, Stack } from 'aws-cdk-lib';
import { AwsIntegration, PassthroughBehavior, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** An API that puts requests into a queue without a function between them. */
class LettersStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);

    const queue = new Queue(this, 'Letters');
    const role = new Role(this, 'ApiRole', {
      assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('AmazonSQSFullAccess')],
    });

    const api = new RestApi(this, 'Api', { restApiName: 'Letters' });
    api.root.addMethod('ANY');
    api.root.addResource('letters').addMethod(
      'POST',
      new AwsIntegration({
        service: 'sqs',
        integrationHttpMethod: 'POST',
        path: `${Aws.ACCOUNT_ID}/${queue.queueName}`,
        options: {
          credentialsRole: role,
          passthroughBehavior: PassthroughBehavior.NEVER,
          requestParameters: { 'integration.request.header.Content-Type': "'application/x-www-form-urlencoded'" },
          requestTemplates: { 'application/json': 'Action=SendMessage&MessageBody=$input.body' },
          integrationResponses: [{ statusCode: '200', responseTemplates: { 'application/json': '' } }],
        },
      }),
      { methodResponses: [{ statusCode: '200' }] },
    );

    const table = new Table(this, 'Delivered', { partitionKey: { name: 'id', type: AttributeType.STRING } });
    const deliver = new LambdaFunction(this, 'Deliver', {
      runtime: Runtime.NODEJS_22_X,
      handler: 'deliver.handler',
      code: Code.fromAsset(join(__dirname, 'lambda')),
      environment: { TABLE: table.tableName },
    });
    table.grantWriteData(deliver);
    deliver.addEventSource(new SqsEventSource(queue));

    new CfnOutput(this, 'Url', { value: api.url });
    new CfnOutput(this, 'TableName', { value: table.tableName });
  }
}

new LettersStack(new App(), 'ApiToQueue');
