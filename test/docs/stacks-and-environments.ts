import { type App, Duration, RemovalPolicy, Stack, Stage } from 'aws-cdk-lib';
import { JsonSchemaType } from 'aws-cdk-lib/aws-apigateway';
import { Dashboard, GraphWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import {
  ApiGatewayLogRole,
  AppKey,
  BufferedIngestPath,
  DataDestruction,
  FunctionCode,
  FunctionConcurrency,
  FunctionTarget,
  IngestKeys,
  LogRetention,
  RecommendedAlarm,
  SecureFunction,
  Tenancy,
  TenantDirectory,
  TenantIsolatedApi,
  TenantRole,
  TenantTable,
  TenantUserPool,
  Tier,
  WriterIsolation,
} from '../../src';

export interface PlatformProps {
  readonly removalPolicy?: RemovalPolicy;
}

/** A platform of five stacks, in the order in which they are deployed. */
export function platform(scope: Construct, { removalPolicy }: PlatformProps = {}): void {
  const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });

  // 1 What all others refer to: the key, the topics, the log role.
  const foundation = new Stack(scope, 'Foundation');
  const key = AppKey.create(foundation, { removalPolicy }); // of all five stacks
  key.grantEncryptDecrypt(new ServicePrincipal('cloudwatch.amazonaws.com')); // alarms notify an encrypted topic
  const pager = new Topic(foundation, 'Pager', { masterKey: key, enforceSSL: true });
  const mail = new Topic(foundation, 'Mail', { masterKey: key, enforceSSL: true });
  new ApiGatewayLogRole(foundation, 'ApiGatewayLogRole');

  // 2 Who belongs to which tenant.
  const people = new Stack(scope, 'People');
  const directory = new TenantDirectory(people, 'Directory', { tenancy, removalPolicy });
  const users = new TenantUserPool(people, 'Users', {
    directory,
    callbackUrls: ['https://schools.example/signed-in'],
    removalPolicy,
  });

  // 3 A service: its table, its function, and the role whose sessions the function opens.
  const service = new Stack(scope, 'Evaluations');
  const table = new TenantTable(service, 'Table', { tenancy, timeToLive: Duration.days(30), removalPolicy });
  const tenants = new TenantRole(service, 'Tenants', { tenancy });
  table.grants.tenantReadWrite(tenants);
  const evaluations = new SecureFunction(service, 'Evaluations', {
    code: FunctionCode.of(Code.fromInline('exports.handler = async () => ({ statusCode: 200 })')),
    concurrency: FunctionConcurrency.reserved(50),
    environment: { TENANT_ROLE_ARN: tenants.role.roleArn },
    removalPolicy,
  });
  tenants.grants.openSessions(evaluations);
  const visits = new BufferedIngestPath(service, 'Visits', {
    destination: table,
    isolation: WriterIsolation.perTenant(new TenantRole(service, 'Writers', { tenancy })),
    keys: IngestKeys.of({ partitionKey: '{tenant}#STUDENT#{body.student}', sortKey: 'VISIT#{idempotencyKey}' }),
    schema: {
      type: JsonSchemaType.OBJECT,
      required: ['student'],
      properties: { student: { type: JsonSchemaType.STRING, minLength: 1, maxLength: 64 } },
    },
    removalPolicy,
  });

  // 4 The entry, which leads to the services.
  const entry = new Stack(scope, 'Entry');
  const api = new TenantIsolatedApi(entry, 'Api', { directory, issuer: users, removalPolicy });
  api.addRoute('GET /evaluations', FunctionTarget.of(evaluations.function));
  api.addRoute('POST /visits', visits);

  // 5 Alarms are in the stacks of what they watch, and notify the topics of the first; the dashboard shows what it likes.
  RecommendedAlarm.createAll(scope, {
    actions: { critical: [new SnsAction(pager), new SnsAction(mail)], warning: [new SnsAction(mail)] },
  });
  const operations = new Stack(scope, 'Operations');
  const dashboard = new Dashboard(operations, 'Dashboard');
  dashboard.addWidgets(new GraphWidget({ left: [api.metrics.metricRequests(), visits.metrics.metricWritten()] }));
  dashboard.addWidgets(new GraphWidget({ left: [visits.metrics.metricDeadLetters(), evaluations.metrics.metricErrors()] }));
}

export function environments(app: App): void {
  const production = new Stage(app, 'Prod', { env: { account: '111122223333', region: 'eu-west-1' } });
  LogRetention.set(production, RetentionDays.ONE_YEAR);
  platform(production);

  const development = new Stage(app, 'Dev', { env: { account: '444455556666', region: 'eu-west-1' } });
  DataDestruction.allow(development);
  LogRetention.set(development, RetentionDays.ONE_WEEK);
  platform(development, { removalPolicy: RemovalPolicy.DESTROY });
}
