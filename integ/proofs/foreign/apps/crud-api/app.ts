import { join } from 'node:path';
import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Cors, LambdaIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, type NodejsFunctionProps } from 'aws-cdk-lib/aws-lambda-nodejs';

/** Books in a table, one function for each operation. */
class BooksStack extends Stack {
  constructor(app: App, id: string) {
    super(app, id);

    const books = new Table(this, 'Books', {
      tableName: 'books',
      partitionKey: { name: 'bookId', type: AttributeType.STRING },
      removalPolicy: RemovalPolicy.DESTROY,
    });

    const settings: NodejsFunctionProps = {
      bundling: { externalModules: ['@aws-sdk/*'] },
      runtime: Runtime.NODEJS_22_X,
      environment: { TABLE_NAME: books.tableName },
    };
    const operation = (name: string) => {
      const handler = new NodejsFunction(this, `${name}Book`, { entry: join(__dirname, 'lambda', `${name}.mjs`), ...settings });
      books.grantReadWriteData(handler);
      return new LambdaIntegration(handler);
    };

    const api = new RestApi(this, 'BooksApi', { restApiName: 'Books' });
    const all = api.root.addResource('books');
    all.addMethod('GET', operation('list'));
    all.addMethod('POST', operation('create'));
    all.addCorsPreflight({ allowOrigins: Cors.ALL_ORIGINS });
    const one = all.addResource('{id}');
    one.addMethod('GET', operation('read'));
    one.addMethod('DELETE', operation('remove'));
    one.addCorsPreflight({ allowOrigins: Cors.ALL_ORIGINS });

    new CfnOutput(this, 'Address', { value: api.url });
  }
}

new BooksStack(new App(), 'CrudApi');
