import type { Stack } from 'aws-cdk-lib';
import { JsonSchemaType, MockIntegration } from 'aws-cdk-lib/aws-apigateway';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { ArnPrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import {
  type AddRouteOptions,
  type AlarmOverrides,
  type AllAlarmsOptions,
  type ApiRoute,
  type ApiRouteOptions,
  type ApiTargetConfig,
  type BufferedIngestPath,
  type BufferedIngestPathProps,
  Firewall,
  FunctionCode,
  type IItemStore,
  IngestKeys,
  ItemStore,
  KeyTemplate,
  RouteAuthorization,
  type SecureFunctionProps,
  type TableItemStoreOptions,
  Tenancy,
  TenantDirectory,
  type TenantDirectoryProps,
  type TenantIndex,
  type TenantIsolatedApi,
  type TenantIsolatedApiProps,
  TenantRole,
  TenantTable,
  type TenantTableAttributes,
  type TenantTableProps,
  type TenantUserPoolProps,
  Tier,
} from '../../src';
import { addRouteTo } from '../../src/core/private/api-method';
import { ingestPath, keys, restApi, schema } from '../buffered-ingest-path/fixtures';
import { secureFunction } from '../secure-function/fixtures';
import { templateOf, testStack } from '../synth';
import { bareApi, target, tenancy, tenantApi } from '../tenant-isolated-api/fixtures';
import { userPool } from '../tenant-user-pool/fixtures';

/** What the defaults of one interface come to. */
export interface Case<Options = object> {
  /** Creates something with these options, and with nothing else that is optional. */
  readonly create: (scope: Stack, options: Partial<Options>) => unknown;
  /** For each default that its tag describes in words: what is created without the prop. */
  readonly described?: Readonly<Record<string, (stack: Stack, created: never) => void>>;
}

const all = (stack: Stack, type: string): Record<string, unknown>[] =>
  Object.values(templateOf(stack).findResources(type)).map(({ Properties }) => Properties ?? {});
/** Resources of a type exist, and none has the property. */
const lacks = (type: string, property: string) => (stack: Stack) => {
  expect(all(stack, type)).not.toEqual([]);
  for (const properties of all(stack, type)) expect(properties).not.toHaveProperty(property);
};
const has = (type: string, properties: object) => (stack: Stack) => templateOf(stack).hasResourceProperties(type, properties);
const none = (type: string) => (stack: Stack) => expect(all(stack, type)).toEqual([]);
const variables = (stack: Stack): Record<string, string> => {
  const [environment] = all(stack, 'AWS::Lambda::Function').flatMap(({ Environment }) => Environment ?? []);
  return (environment as { readonly Variables: Record<string, string> }).Variables;
};
const noVariable = (name: string) => (stack: Stack) => {
  expect(variables(stack)).toHaveProperty('TABLE_NAME');
  expect(variables(stack)).not.toHaveProperty(name);
};

const text = (name: string) => ({ name, type: AttributeType.STRING });
const byRequest = IngestKeys.of({ partitionKey: '{tenant}#{idempotencyKey}' });
const route = { integration: new MockIntegration() };

/** A path whose route is on a RestApi of its own. */
function ownRoute(stack: Stack, path: BufferedIngestPath, options: Partial<ApiRouteOptions> = {}): void {
  const { api, authorizer } = restApi(stack);
  path.addRoute(api.root.addResource('visits'), 'POST', { authorizer, ...options });
}

/** What a target sees of a public route, and of a route on a RestApi of its own. */
function seenRoutes(stack: Stack): ApiRoute[] {
  const seen: ApiRoute[] = [];
  const bind = (of: ApiRoute): ApiTargetConfig => {
    seen.push(of);
    return route;
  };
  bareApi(stack).addRoute('GET /health', { bind }, { authorization: RouteAuthorization.anyone('health checks have no token') });
  const { api, authorizer } = restApi(stack, 'Own');
  addRouteTo(api.root, 'GET', { bind }, { authorizer });
  return seen;
}

function indexed(stack: Stack, index: Partial<TenantIndex>): TenantTable {
  const others = { name: 'byCourse', partitionKey: 'gsi1pk', partitionKeyTemplate: KeyTemplate.of('{tenant}#COURSE#{body.course}') };
  const table = new TenantTable(stack, 'Data', { tenancy, indexes: [{ ...others, ...index }] });
  table.grants.tenantReadWrite(openedRole(stack));
  return table;
}

function openedRole(scope: Construct): TenantRole {
  return new TenantRole(scope, 'Tenants', { tenancy, sessionOpeners: [new ArnPrincipal('arn:aws:iam::123456789012:role/portal')] });
}

function imported(stack: Stack, attributes: Partial<TenantTableAttributes>) {
  const encryptionKey = Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:123456789012:key/1');
  const tableArn = 'arn:aws:dynamodb:eu-west-1:123456789012:table/Data';
  const table = TenantTable.fromTenantTableAttributes(stack, 'Data', { tableArn, encryptionKey, tenancy, ...attributes });
  table.grants.tenantReadWrite(openedRole(stack));
  return table;
}

/** An ingest path into a table that is described by these options. */
function intoStore(stack: Stack, options: Partial<TableItemStoreOptions>): IItemStore {
  const table = new Table(stack, 'Table', { partitionKey: text('pk'), timeToLiveAttribute: options.timeToLiveAttribute });
  const destination = ItemStore.fromTable(table, { partitionKeyName: 'pk', ...options });
  ingestPath(stack, { destination, keys: byRequest });
  return destination;
}

function define<Options>(theCase: Case<Options>): Case {
  return theCase as Case;
}

/** By the name of the interface. */
export const CASES: Readonly<Record<string, Case>> = {
  AddRouteOptions: define<AddRouteOptions>({
    create: (stack, options) => bareApi(stack).addRoute('POST /grades', target(stack), options),
    described: {
      operationName: lacks('AWS::ApiGateway::Method', 'OperationName'),
      requestSchema: (stack) => {
        none('AWS::ApiGateway::Model')(stack);
        lacks('AWS::ApiGateway::Method', 'RequestModels')(stack);
        const other = testStack();
        bareApi(other).addRoute('POST /visits', ingestPath(other));
        expect(all(other, 'AWS::ApiGateway::Model')).toHaveLength(1);
      },
      throttle: (stack) => {
        const [{ MethodSettings }] = all(stack, 'AWS::ApiGateway::Stage');
        const quota = { HttpMethod: '*', ThrottlingRateLimit: 10_000, ThrottlingBurstLimit: 5_000 };
        expect(MethodSettings).toEqual([expect.objectContaining(quota)]);
      },
    },
  }),
  AlarmActions: define({
    create: (stack, actions) => secureFunction(stack).alarms.all({ actions, okActions: actions }),
  }),
  AlarmOverrides: define<AlarmOverrides>({
    create: (stack, overrides) => {
      const construct = secureFunction(stack);
      const alarm = construct.alarms.errors(overrides);
      return construct.recommendedAlarms.find(
        ({ reason }) => reason === (alarm.node.defaultChild as { alarmDescription?: string } | undefined)?.alarmDescription,
      );
    },
    described: {
      threshold: (stack, { threshold }: AlarmOverrides) => has('AWS::CloudWatch::Alarm', { Threshold: threshold })(stack),
      evaluationPeriods: (stack, { evaluationPeriods }: AlarmOverrides) =>
        has('AWS::CloudWatch::Alarm', { EvaluationPeriods: evaluationPeriods })(stack),
      // Documented: CloudWatch evaluates as M out of N only if DatapointsToAlarm is given.
      datapointsToAlarm: lacks('AWS::CloudWatch::Alarm', 'DatapointsToAlarm'),
      alarmName: lacks('AWS::CloudWatch::Alarm', 'AlarmName'),
    },
  }),
  AllAlarmsOptions: define<AllAlarmsOptions>({
    create: (stack, options) => secureFunction(stack).alarms.all(options),
    described: { actions: lacks('AWS::CloudWatch::Alarm', 'AlarmActions'), okActions: lacks('AWS::CloudWatch::Alarm', 'OKActions') },
  }),
  ApiRoute: define({
    create: seenRoutes,
    described: {
      tenantContextKey: (_, [withoutToken, own]: ApiRoute[]) => {
        expect(withoutToken).not.toHaveProperty('tenantContextKey');
        expect(own.tenantContextKey).toBe('tenantId');
      },
      tenantNoun: (_, [ofTenancy, own]: ApiRoute[]) => {
        expect(ofTenancy.tenantNoun).toBe('school');
        expect(own.tenantNoun).toBeUndefined();
      },
    },
  }),
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
  ApiTargetConfig: define<ApiTargetConfig>({
    create: (stack, config) => bareApi(stack).addRoute('POST /grades', { bind: () => ({ ...route, ...config }) }),
    described: { requestSchema: none('AWS::ApiGateway::Model'), vpcLinkTargets: none('AWS::ApiGateway::VpcLink') },
  }),
  BufferedIngestPathProps: define<BufferedIngestPathProps>({
    create: (stack, props) => ingestPath(stack, props),
    described: { name: lacks('AWS::Logs::LogGroup', 'LogGroupName') },
  }),
  FirewallOptions: define({
    create: (stack, options) => {
      tenantApi(stack, { firewall: Firewall.blocking(options) });
      return Math.max(...tenancy.tiers.map(({ rate }) => rate));
    },
    described: {
      requestsPerAddress: (stack, largestRate: number) => {
        const limit = { RateBasedStatement: expect.objectContaining({ Limit: 2 * 5 * 60 * largestRate }) };
        const [{ Rules }] = all(stack, 'AWS::WAFv2::WebACL');
        expect(Rules).toContainEqual(expect.objectContaining({ Statement: limit }));
      },
    },
  }),
  FunctionCodeOptions: define({
    create: (stack, options) => secureFunction(stack, { code: FunctionCode.of(Code.fromAsset('test/defaults/asset'), options) }),
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
  SecureFunctionProps: define<SecureFunctionProps>({
    create: (stack, props) => secureFunction(stack, props),
    described: { name: lacks('AWS::Logs::LogGroup', 'LogGroupName'), vpc: lacks('AWS::Lambda::Function', 'VpcConfig') },
  }),
  TableItemStoreOptions: define<TableItemStoreOptions>({
    create: intoStore,
    described: {
      sortKeyName: noVariable('SORT_KEY'),
      timeToLiveAttribute: noVariable('TIME_TO_LIVE_ATTRIBUTE'),
      timeToLive: () => {
        const stack = testStack();
        intoStore(stack, { timeToLiveAttribute: 'expiresAt' });
        noVariable('TIME_TO_LIVE_SECONDS')(stack);
      },
      indexKeys: (stack) => expect(Object.keys(JSON.parse(variables(stack).KEY_TEMPLATES))).toEqual(['pk']),
      indexSortKeys: noVariable('INDEX_SORT_KEYS'),
    },
  }),
  TenantDirectoryProps: define<TenantDirectoryProps>({
    create: (stack, props) => new TenantDirectory(stack, 'Directory', { tenancy, ...props }),
  }),
  TenantIndex: define<TenantIndex>({
    create: indexed,
    described: {
      attributes: (stack) => expect(indexesOf(stack)).toEqual([expect.objectContaining({ Projection: { ProjectionType: 'ALL' } })]),
      sortKey: (stack) => expect(indexesOf(stack)[0].KeySchema).toEqual([{ AttributeName: 'gsi1pk', KeyType: 'HASH' }]),
      partitionKey: () => {
        const stack = testStack();
        new TenantTable(stack, 'Data', { tenancy, indexes: [{ name: 'byScore', sortKey: 'score' }] });
        expect(indexesOf(stack)[0].KeySchema).toContainEqual({ AttributeName: 'pk', KeyType: 'HASH' });
      },
      partitionKeyTemplate: () => {
        expect(() => indexed(testStack(), { partitionKeyTemplate: undefined })).toThrow(/partitionKeyTemplate/);
      },
    },
  }),
  TenantIsolatedApiProps: define<TenantIsolatedApiProps>({
    create: (stack, props) => tenantApi(stack, props),
    described: {
      domain: (stack) => {
        none('AWS::ApiGateway::DomainName')(stack);
        lacks('AWS::ApiGateway::RestApi', 'DisableExecuteApiEndpoint')(stack);
      },
      name: (stack, api: TenantIsolatedApi) => {
        // The log group of the firewall needs a name that begins with aws-waf-logs-.
        const named = all(stack, 'AWS::Logs::LogGroup').filter((group) => 'LogGroupName' in group);
        expect(named).toHaveLength(1);
        const other = tenantApi(api, {}, 'Other');
        expect(stack.resolve(other.restApi.restApiName)).not.toEqual(stack.resolve(api.restApi.restApiName));
      },
    },
  }),
  TenantRoleProps: define({
    create: (stack, props) =>
      new TenantRole(stack, 'Tenants', { tenancy, ...props }).grants.openSessions(
        new ArnPrincipal('arn:aws:iam::123456789012:role/portal'),
      ),
  }),
  TenantTableAttributes: define<TenantTableAttributes>({
    create: imported,
    described: {
      tableStreamArn: (_, { table }: TenantTable) => expect(table.tableStreamArn).toBeUndefined(),
      timeToLive: (_, { timeToLive }: TenantTable) => expect(timeToLive).toBeUndefined(),
    },
  }),
  TenantTableProps: define<TenantTableProps>({
    create: (stack, props) => new TenantTable(stack, 'Data', { tenancy, ...props }),
    described: {
      timeToLive: (stack, { timeToLive }: TenantTable) => {
        expect(timeToLive).toBeUndefined();
        has('AWS::DynamoDB::Table', { TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true } })(stack);
      },
    },
  }),
  TenantUserPoolProps: define<TenantUserPoolProps>({
    create: (stack, props) => userPool(stack, props),
    described: {
      domainPrefix: none('AWS::Cognito::UserPoolDomain'),
      encryptionKey: (stack) => {
        lacks('AWS::Cognito::UserPool', 'KeyConfiguration')(stack);
        const appKey = { 'Fn::GetAtt': [expect.stringMatching(/^AppKey/), 'Arn'] };
        expect(all(stack, 'AWS::Logs::LogGroup').map(({ KmsKeyId }) => KmsKeyId)).toEqual([appKey]);
      },
      name: (stack) => {
        lacks('AWS::Cognito::UserPool', 'UserPoolName')(stack);
        lacks('AWS::Logs::LogGroup', 'LogGroupName')(stack);
      },
    },
  }),
  TierLimits: define({
    create: (stack, limits) => {
      const tier = Tier.of('standard', { rate: 50, burst: 100, ...limits });
      const directory = new TenantDirectory(stack, 'Directory', { tenancy: Tenancy.of('school', { tiers: [tier] }) });
      tenantApi(stack, { directory });
    },
    described: { quotaPerDay: lacks('AWS::ApiGateway::UsagePlan', 'Quota') },
  }),
};

function indexesOf(stack: Stack): { readonly KeySchema: object[] }[] {
  return all(stack, 'AWS::DynamoDB::Table').flatMap(
    ({ GlobalSecondaryIndexes }) => GlobalSecondaryIndexes as { readonly KeySchema: object[] }[],
  );
}

/** A table with an index whose partition key a body may lack. */
function intoIndexedStore(stack: Stack): IItemStore {
  const table = new Table(stack, 'Table', { partitionKey: text('pk') });
  table.addGlobalSecondaryIndex({ indexName: 'byCourse', partitionKey: text('gsi1pk') });
  return ItemStore.fromTable(table, { partitionKeyName: 'pk', indexKeys: { gsi1pk: KeyTemplate.of('{tenant}#COURSE#{body.course}') } });
}
