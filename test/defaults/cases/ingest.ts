import { Duration, type Stack } from 'aws-cdk-lib';
import { JsonSchemaType } from 'aws-cdk-lib/aws-apigateway';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  type ApiRouteOptions,
  BufferedIngestPath,
  type BufferedIngestPathAttributes,
  type BufferedIngestPathProps,
  type IItemStore,
  IngestKeys,
  ItemStore,
  KeyTemplate,
  TenantTable,
} from '../../../src';
import { ingestPath, keys, restApi, schema } from '../../buffered-ingest-path/fixtures';
import { testStack } from '../../synth';
import { tenancy } from '../../tenant-isolated-api/fixtures';

import { type Case, define, functionArn, has, keptAsScopeSays, lacks, noKeyUse, noVariable, queueArn, variables } from './case';

const text = (name: string) => ({ name, type: AttributeType.STRING });

/** A path whose route is on a RestApi of its own. */
function ownRoute(stack: Stack, path: BufferedIngestPath, options: Partial<ApiRouteOptions> = {}): void {
  const { api, authorizer } = restApi(stack);
  path.addRoute(api.root.addResource('visits'), 'POST', { authorizer, ...options });
}

/** A table with an index whose partition key a body may lack. */
function intoIndexedStore(stack: Stack): IItemStore {
  const table = new Table(stack, 'Table', { partitionKey: text('pk') });
  table.addGlobalSecondaryIndex({ indexName: 'byCourse', partitionKey: text('gsi1pk') });
  return ItemStore.fromTable(table, { partitionKeyName: 'pk', indexKeys: { gsi1pk: KeyTemplate.of('{tenant}#COURSE#{body.course}') } });
}

/** By the name of the interface. */
export const INGEST: Readonly<Record<string, Case>> = {
  ApiRouteOptions: define<ApiRouteOptions>({
    create: (stack, options) => ownRoute(stack, ingestPath(stack), options),
    described: {
      requestValidator: has('AWS::ApiGateway::RequestValidator', { ValidateRequestBody: true, ValidateRequestParameters: false }),
      // Nothing to compare with: the table of a tenancy takes the route.
      tenantNoun: () => {
        const stack = testStack();
        const path = ingestPath(stack, { destination: new TenantTable(stack, 'Data', { tenancy }), keys, schema });
        expect(() => ownRoute(stack, path)).not.toThrow();
      },
    },
  }),
  BufferedIngestPathAttributes: define<BufferedIngestPathAttributes>({
    create: (stack, attributes) => {
      const path = BufferedIngestPath.fromBufferedIngestPathAttributes(stack, 'Visits', {
        queueArn: queueArn('visits'),
        retryQueueArn: queueArn('retries'),
        deadLetterQueueArn: queueArn('dead-letters'),
        writerArn: functionArn,
        timeToDeadLetter: Duration.hours(1),
        ...attributes,
      });
      path.queue.grantSendMessages(new Role(stack, 'Sender', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }));
    },
    described: { encryptionKey: noKeyUse },
  }),
  BufferedIngestPathProps: define<BufferedIngestPathProps>({
    create: (stack, props) => ingestPath(stack, props),
    described: {
      directory: noVariable('DIRECTORY_TABLE'),
      logRetention: (stack) => {
        has('AWS::Logs::LogGroup', { RetentionInDays: 30 })(stack);
        keptAsScopeSays((other) => ingestPath(other));
      },
      name: lacks('AWS::Logs::LogGroup', 'LogGroupName'),
    },
  }),
  IngestKeyTemplates: define({
    create: (stack, templates) => {
      const destination = intoIndexedStore(stack);
      const schemaOfBoth = {
        ...schema,
        properties: { ...schema.properties, course: { type: JsonSchemaType.STRING, minLength: 1, maxLength: 9 } },
      };
      ingestPath(stack, {
        destination,
        keys: IngestKeys.of({ partitionKey: '{tenant}#{idempotencyKey}', ...templates }),
        schema: schemaOfBoth,
      });
    },
    described: {
      sortKey: noVariable('SORT_KEY'),
      attributes: (stack) => {
        const { KEY_TEMPLATES, OPTIONAL_KEYS } = variables(stack);
        expect(JSON.parse(KEY_TEMPLATES)).toEqual({ pk: '{tenant}#{idempotencyKey}', gsi1pk: '{tenant}#COURSE#{body.course}' });
        expect(JSON.parse(OPTIONAL_KEYS)).toEqual(['gsi1pk']);
      },
    },
  }),
};
