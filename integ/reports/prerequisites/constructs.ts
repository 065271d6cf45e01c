import { type App, Duration, Stack, TimeZone } from 'aws-cdk-lib';
import { JsonSchemaType } from 'aws-cdk-lib/aws-apigateway';
import { Connection } from 'aws-cdk-lib/aws-events';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  ApiGatewayLogRole,
  AuditTrail,
  BufferedIngestPath,
  Confirmation,
  ContainerImageSource,
  Duplicates,
  Exposure,
  FunctionCode,
  FunctionConcurrency,
  GovEndpoint,
  GovSchedule,
  IngestKeys,
  LakeBackfill,
  LakeColumn,
  LakeCompaction,
  LakeErasure,
  LakeSource,
  Notification,
  Operations,
  ReportSource,
  ResilientGovSync,
  SecureContainerService,
  SecureFunction,
  StreamingDataLake,
  Tenancy,
  TenantDirectory,
  TenantIsolatedApi,
  TenantRemoval,
  TenantRole,
  TenantTable,
  TenantUserPool,
  Tier,
  Transport,
} from '../../../src';
import { addExample, appIn, EXAMPLES } from '../examples/examples';

/** One stack per public construct, which is named after it and contains nothing else. */
export function constructsApp(outdir: string): App {
  const app = appIn(outdir);
  const stackOf = (name: string): Stack => new Stack(app, name);
  const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });

  new ApiGatewayLogRole(stackOf('ApiGatewayLogRole'), 'LogRole');
  const directory = new TenantDirectory(stackOf('TenantDirectory'), 'Directory', { tenancy });
  const users = new TenantUserPool(stackOf('TenantUserPool'), 'Users', {
    directory,
    callbackUrls: ['https://schools.example/signed-in'],
    domainPrefix: 'schools-example',
  });
  const data = new TenantTable(stackOf('TenantTable'), 'Data', { tenancy });
  const visits = new BufferedIngestPath(stackOf('BufferedIngestPath'), 'Visits', {
    destination: data,
    keys: IngestKeys.of({ partitionKey: '{tenant}#STUDENT#{body.student}', sortKey: 'VISIT#{idempotencyKey}' }),
    schema: {
      type: JsonSchemaType.OBJECT,
      required: ['student'],
      properties: { student: { type: JsonSchemaType.STRING, minLength: 1, maxLength: 64 } },
    },
  });
  const lake = new StreamingDataLake(stackOf('StreamingDataLake'), 'Lake', {
    source: LakeSource.tableStream(data),
    columns: [LakeColumn.double('score')],
  });
  new LakeBackfill(stackOf('LakeBackfill'), 'Backfill', { lake });
  new LakeCompaction(stackOf('LakeCompaction'), 'Compaction', { lake });
  new LakeErasure(stackOf('LakeErasure'), 'Erasure', { lake });
  new AuditTrail(stackOf('AuditTrail'), 'AuditTrail', { tables: [data.table], buckets: [lake.bucket] });
  const government = stackOf('ResilientGovSync');
  const makeReports = Code.fromInline('exports.handler = async () => ({})');
  new ResilientGovSync(government, 'Government', {
    schedule: GovSchedule.quarterly({ timeZone: TimeZone.EUROPE_BERLIN, day: 5, hour: 6 }),
    reports: ReportSource.fromFunction(
      new LambdaFunction(government, 'MakeReports', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: makeReports }),
    ),
    endpoint: GovEndpoint.of({
      url: 'https://reports.education.example/v1/reports',
      transport: Transport.httpTask(
        Connection.fromConnectionAttributes(government, 'Connection', {
          connectionName: 'education',
          connectionArn: 'arn:aws:events:eu-west-1:111122223333:connection/education/1',
          connectionSecretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:education',
        }),
      ),
      duplicates: Duplicates.idempotencyKey({ retainedFor: Duration.days(30) }),
      confirmation: Confirmation.of({ receipt: 'receipt' }),
      maxPerSecond: 10,
    }),
  });
  new TenantRole(stackOf('TenantRole'), 'Tenants', { tenancy }).grants.openSessions(visits.writer);
  new SecureContainerService(stackOf('SecureContainerService'), 'Service', {
    image: ContainerImageSource.registry(`public.ecr.aws/docker/library/node@sha256:${'0'.repeat(64)}`),
    exposure: Exposure.internalPlaintext(),
  });
  const fn = new SecureFunction(stackOf('SecureFunction'), 'Function', {
    code: FunctionCode.of(Code.fromInline('exports.handler = async () => ({})')),
    concurrency: FunctionConcurrency.unreserved('This function is never deployed.'),
  });
  new TenantIsolatedApi(stackOf('TenantIsolatedApi'), 'Api', { directory, issuer: users }).addRoute('POST /visits', visits);
  const operations = stackOf('Operations');
  new Operations(operations, 'Operations', {
    watch: [fn],
    notify: [
      Notification.email('operators@schools.example'),
      Notification.slack({ workspaceId: 'T0123ABCD', channelId: 'C0123ABCD' }),
      Notification.pagerDuty(Secret.fromSecretNameV2(operations, 'PagerDuty', 'schools/pagerduty')),
    ],
  });
  new TenantRemoval(stackOf('TenantRemoval'), 'Removal', { directory, tables: [data] });
  return app;
}

/** One stack per example. */
export function examplesApp(outdir: string): App {
  const app = appIn(outdir);
  for (const example of EXAMPLES) addExample(app, example, example);
  return app;
}
