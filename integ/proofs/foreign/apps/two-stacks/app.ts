import { join } from 'node:path';
import * as cdk from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';

/** Tables and keys of all applications. */
class SharedStack extends cdk.Stack {
  readonly table: dynamodb.Table;

  constructor(scope: cdk.App, id: string) {
    super(scope, id);
    const key = new kms.Key(this, 'Key', { enableKeyRotation: true });
    this.table = new dynamodb.Table(this, 'Settings', {
      partitionKey: { name: 'name', type: dynamodb.AttributeType.STRING },
      encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    });
    // The first item, which is written at deployment.
    const put = {
      service: 'DynamoDB',
      action: 'putItem',
      parameters: { TableName: this.table.tableName, Item: { name: { S: 'colour' }, value: { S: 'green' } } },
      physicalResourceId: PhysicalResourceId.of('first-setting'),
    };
    const seed = new AwsCustomResource(this, 'FirstSetting', {
      onCreate: put,
      policy: AwsCustomResourcePolicy.fromSdkCalls({ resources: [this.table.tableArn] }),
      installLatestAwsSdk: false,
      logRetention: logs.RetentionDays.ONE_WEEK,
    });
    key.grantEncryptDecrypt(seed);
    new ssm.StringParameter(this, 'Greeting', { parameterName: '/shared/greeting', stringValue: 'Welcome' });
  }
}

/** An application with a function that is called by its alias. */
class ApplicationStack extends cdk.Stack {
  constructor(scope: cdk.App, id: string, { table }: { table: dynamodb.Table }) {
    super(scope, id);
    const read = new lambda.Function(this, 'Read', {
      runtime: lambda.Runtime.NODEJS_22_X,
      code: lambda.Code.fromAsset(join(__dirname, 'lambda')),
      handler: 'read.handler',
      tracing: lambda.Tracing.ACTIVE,
      environment: { TABLE: table.tableName, GREETING: ssm.StringParameter.valueForStringParameter(this, '/shared/greeting') },
      logGroup: new logs.LogGroup(this, 'Logs', { retention: logs.RetentionDays.ONE_MONTH, removalPolicy: cdk.RemovalPolicy.DESTROY }),
    });
    table.grantReadData(read);
    const live = new lambda.Alias(this, 'Live', { aliasName: 'live', version: read.currentVersion });
    const url = live.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });
    new cdk.CfnOutput(this, 'AliasArn', { value: live.functionArn });
    new cdk.CfnOutput(this, 'Url', { value: url.url });
  }
}

const app = new cdk.App();
const { table } = new SharedStack(app, 'Shared');
new ApplicationStack(app, 'Application', { table }).addDependency(table.stack);
cdk.Tags.of(app).add('project', 'settings');
