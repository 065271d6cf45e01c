import { join } from 'node:path';
import { App, CfnOutput, NestedStack, Stack } from 'aws-cdk-lib';
import { LambdaIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { AttributeType, type ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

/** Data in one nested stack, functions in another, and an API in their parent. */
class DataStack extends NestedStack {
  readonly visits: ITable;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.visits = new Table(this, 'Visits', { partitionKey: { name: 'page', type: AttributeType.STRING } });
  }
}

class FunctionsStack extends NestedStack {
  readonly count: LambdaFunction;

  constructor(scope: Construct, id: string, { visits }: { visits: ITable }) {
    super(scope, id);
    this.count = new LambdaFunction(this, 'Count', {
      runtime: Runtime.NODEJS_22_X,
      handler: 'count.handler',
      code: Code.fromAsset(join(__dirname, 'lambda')),
      environment: { VISITS: visits.tableName },
    });
    visits.grantReadWriteData(this.count);
  }
}

class SiteStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { visits } = new DataStack(this, 'Data');
    const { count } = new FunctionsStack(this, 'Functions', { visits });
    const api = new RestApi(this, 'Api');
    api.root.addResource('{page}').addMethod('POST', new LambdaIntegration(count));
    new CfnOutput(this, 'Url', { value: api.url });
    new CfnOutput(this, 'VisitsName', { value: visits.tableName, exportName: 'visits-table' });
  }
}

new SiteStack(new App(), 'NestedStacks');
