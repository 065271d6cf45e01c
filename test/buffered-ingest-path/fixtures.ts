import { Annotations, Duration } from 'aws-cdk-lib';
import { type JsonSchema, JsonSchemaType, RequestAuthorizer, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import {
  BufferedIngestPath,
  type BufferedIngestPathProps,
  type IItemStore,
  IngestKeys,
  ItemStore,
  Tenancy,
  TenantRole,
  Tier,
} from '../../src';

export const schema: JsonSchema = {
  type: JsonSchemaType.OBJECT,
  required: ['student'],
  properties: { student: { type: JsonSchemaType.STRING, minLength: 1, maxLength: 64 } },
};

export const keys = IngestKeys.of({ partitionKey: '{tenant}#STUDENT#{body.student}', sortKey: 'VISIT#{idempotencyKey}' });

/** A plain CDK table. */
export function plainTable(scope: Construct, id = 'Table', timeToLive?: Duration): IItemStore {
  const text = (name: string) => ({ name, type: AttributeType.STRING });
  const table = new TableV2(scope, id, { partitionKey: text('pk'), sortKey: text('sk'), timeToLiveAttribute: 'expiresAt' });
  return ItemStore.fromTable(table, {
    partitionKeyName: 'pk',
    sortKeyName: 'sk',
    timeToLiveAttribute: 'expiresAt',
    timeToLive: timeToLive ?? Duration.days(30),
  });
}

/** The path of the README, with overrides. */
export function ingestPath(
  scope: Construct,
  props: Partial<BufferedIngestPathProps> = {},
  id = 'Visits',
  { acknowledgeNoRoute = true } = {},
): BufferedIngestPath {
  const destination = props.destination ?? plainTable(scope, `${id}Table`);
  const path = new BufferedIngestPath(scope, id, { keys, schema, ...props, destination });
  if (acknowledgeNoRoute) {
    Annotations.of(path).acknowledgeWarning('cdk-andamio:ingestPathWithoutRoute', 'Most tests need no route');
  }
  return path;
}

/** A tenant role without session openers. */
export function tenantRole(scope: Construct, tenant = 'school', id = 'Tenants'): TenantRole {
  const tenancy = Tenancy.of(tenant, { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
  return new TenantRole(scope, id, { tenancy });
}

/** An authorizer of the owner of an API. */
export function requestAuthorizer(scope: Construct, id = 'Authorizer'): RequestAuthorizer {
  const handler = new LambdaFunction(scope, `${id}Function`, {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => ({})'),
  });
  return new RequestAuthorizer(scope, id, { handler, identitySources: ['method.request.header.Authorization'] });
}

/** An API with its authorizer. */
export function restApi(scope: Construct, id = 'Api'): { api: RestApi; authorizer: RequestAuthorizer } {
  return { api: new RestApi(scope, id, { cloudWatchRole: false }), authorizer: requestAuthorizer(scope, `${id}Authorizer`) };
}
