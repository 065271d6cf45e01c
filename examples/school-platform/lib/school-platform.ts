import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { JsonSchemaType, JsonSchemaVersion } from 'aws-cdk-lib/aws-apigateway';
import { Row } from 'aws-cdk-lib/aws-cloudwatch';
import {
  ApiGatewayLogRole,
  AuditTrail,
  BufferedIngestPath,
  IngestKeys,
  type LakeBackfill,
  type LakeErasure,
  Operations,
  type ResilientGovSync,
  type SecureContainerService,
  type ServiceDomain,
  type StreamingDataLake,
  Tenancy,
  TenantDirectory,
  TenantIsolatedApi,
  TenantLatency,
  TenantRemoval,
  TenantRole,
  TenantTable,
  TenantUserPool,
  Tier,
} from 'cdk-andamio';
import type { Construct } from 'constructs';
import { BusiestSchools } from './busiest-schools';
import { Government } from './government';
import { Grades } from './grades';
import { Lake } from './lake';
import { notificationsFor, type Operators } from './operators';
import { RequestQuery } from './request-query';

/** What the grades service answers; `/health` and `/ready` are for the load balancer alone. */
const GRADES_ROUTES = [
  'GET /students',
  'POST /students',
  'GET /students/{student}',
  'DELETE /students/{student}',
  'GET /students/{student}/evaluations',
  'PUT /students/{student}/evaluations/{course}',
  'GET /students/{student}/behaviour',
  'POST /students/{student}/behaviour',
  'GET /courses/{course}/evaluations',
];

/** The message of the line that the grades service writes for each request. */
const HANDLED = 'Request handled';

export interface SchoolPlatformProps extends StackProps {
  /** The origin of the schools' app: the sign-in page redirects to it, and only pages of this origin may call the API from a browser. */
  readonly appUrl: string;
  /**
   * The domain prefix of the sign-in page, unique in its Region.
   *
   * @default - no sign-in page; the sandbox serves one in any case
   */
  readonly signInPrefix?: string;
  /**
   * Whether the account and Region already have an API Gateway log role (`aws apigateway get-account`). All APIs share it. If it is
   * missing, the platform creates it and retains it when the stack is deleted.
   *
   * @default false
   */
  readonly hasLogRole?: boolean;
  /**
   * Name and certificate of the load balancer of the grades service, so that requests are encrypted on their way through the VPC.
   *
   * @default - they cross the VPC in plain text
   */
  readonly gradesDomain?: ServiceDomain;
  /**
   * The origin of the government's API, to which the grades of a quarter are reported.
   *
   * @default 'https://api.government.example', which does not exist
   */
  readonly governmentApi?: string;
  /**
   * What operators know the platform by: part of the names of the dashboard (`Luca-Production-Overview`), of alarms
   * (`Luca-P95-Latency-Alert`), of their topic (`luca-ops-alerts`), of log groups (`/aws/ecs/luca-platform/application`), of the lake
   * (`luca-lake`), of the bucket of the audit trail (`luca-cloudtrail-logs-<account>-<region>`) and
   * of the secret for the government's API (`luca/government`), and the namespace of metrics (`Luca/Platform`).
   *
   * @default 'Luca'
   */
  readonly name?: string;
  /**
   * Who is notified of alarms.
   *
   * @default - nobody
   */
  readonly operators?: Operators;
}

/** A platform that many isolated schools share: sign-in, throttling per school, grades, a path for the burst at recess, a data lake, and reports to the government. */
export class SchoolPlatform extends Stack {
  /** For additions: routes, more user pools, and services that access the schools' data. */
  public readonly api: TenantIsolatedApi;
  public readonly users: TenantUserPool;
  public readonly directory: TenantDirectory;
  public readonly data: TenantTable;
  public readonly tenants: TenantRole;
  public readonly grades: SecureContainerService;
  /** For those who query it: `platform.lake.grants.queryAllTenants(analysts)`. */
  public readonly lake: StreamingDataLake;
  /** For operators who may start backfills: `platform.backfill.grants.start(operators)`. */
  public readonly backfill: LakeBackfill;
  /** For those who may erase students: `platform.erasure.grants.start(dataProtection)`. */
  public readonly erasure: LakeErasure;
  /** For those who may remove the data of schools that have left: `platform.removal.grants.start(operators)`. */
  public readonly removal: TenantRemoval;
  /** For those who start it and read its status. */
  public readonly government: ResilientGovSync;
  /** For those who investigate: `platform.auditTrail.grants.query(auditors)`. */
  public readonly auditTrail: AuditTrail;
  /** Alarms, their topic and the dashboard. */
  public readonly operations: Operations;

  constructor(scope: Construct, id: string, props: SchoolPlatformProps) {
    const { appUrl, signInPrefix, hasLogRole = false, gradesDomain, governmentApi, name = 'Luca', operators = {}, ...stackProps } = props;
    super(scope, id, stackProps);
    if (hasLogRole) ApiGatewayLogRole.alreadyExists(this);
    else new ApiGatewayLogRole(this, 'ApiGatewayLogRole');
    // All students of the largest school can open the app in the same second.
    const tenancy = Tenancy.of('school', {
      tiers: [Tier.of('standard', { rate: 100, burst: 1_500 }), Tier.of('trial', { rate: 2, burst: 4, quotaPerDay: 20_000 })],
    });

    const directory = new TenantDirectory(this, 'Directory', { tenancy });
    const users = new TenantUserPool(this, 'Users', {
      directory,
      callbackUrls: [`${appUrl}/signed-in`],
      domainPrefix: signInPrefix,
    });
    const tenants = new TenantRole(this, 'Tenants', { tenancy });
    const api = new TenantIsolatedApi(this, 'Api', {
      ...{ directory, tenantRoles: [tenants], issuer: users, allowedOrigins: [appUrl] },
      name: `${name.toLowerCase()}-platform`,
    });

    const data = new TenantTable(this, 'Data', {
      tenancy,
      timeToLive: Duration.days(30),
      indexes: [{ name: 'by-course', sortKey: 'course' }],
    });
    data.grants.tenantReadWrite(tenants);
    const { service: grades } = new Grades(this, 'Grades', {
      ...{ directory, data, tenants, issuer: users, domain: gradesDomain },
      metricNamespace: `${name}/Platform`,
      name: `${name.toLowerCase()}-platform`,
    });
    const history = new Lake(this, 'Lake', { data, name: `${name.toLowerCase()}-lake` });
    const { lake, backfill, erasure } = history;
    const { sync: government } = new Government(this, 'Government', {
      ...{ lake, directory, name },
      api: governmentApi ?? 'https://api.government.example',
      credentials: `${name.toLowerCase()}/government`,
    });
    const removal = new TenantRemoval(this, 'Removal', { directory, tables: [data], lakes: [erasure], syncs: [government] });
    const auditTrail = new AuditTrail(this, 'AuditTrail', {
      tables: [data.table, directory.table],
      buckets: [lake.bucket],
      // Those that operators invoke: the access log of the API has the others.
      functions: [api.onboarding, backfill.startFunction, erasure.startFunction, removal.function],
      name: name.toLowerCase(),
    });
    const visits = new BufferedIngestPath(this, 'Visits', {
      destination: data,
      directory,
      name: 'grade-processor',
      keys: IngestKeys.of({
        partitionKey: '{tenant}#STUDENT#{body.student}',
        sortKey: 'VISIT#{idempotencyKey}',
        filledByOthers: ['course'], // the key of the index by-course, which evaluations use: a visit belongs to no course
      }),
      schema: {
        schema: JsonSchemaVersion.DRAFT4,
        type: JsonSchemaType.OBJECT,
        required: ['student', 'page'],
        properties: {
          student: { type: JsonSchemaType.STRING, minLength: 1, maxLength: 64 },
          page: { type: JsonSchemaType.STRING, maxLength: 256 },
        },
      },
    });

    removal.listStoresOf(users, api, grades, visits, history, auditTrail);

    api.addRoute('POST /visits', visits);
    for (const route of GRADES_ROUTES) api.addRoute(route, grades);
    new RequestQuery(this, 'RequestQuery', { through: [api, grades, visits], name: `${name}-Request` });

    const busiest = new BusiestSchools(this, 'BusiestSchools', {
      ...{ logGroup: grades.logGroups[0], message: HANDLED },
      name: `${name}-Busiest-Schools`,
    });
    const operations = new Operations(this, 'Operations', {
      // What you add to the platform has an Operations of its own.
      watch: [api, grades, users, data, visits, history, government, removal, auditTrail],
      name,
      dashboardName: `${name}-Production-Overview`,
      widgets: [
        new Row(
          busiest.widget('Grades: requests of the busiest schools'),
          government.metrics.statusWidget({ title: 'Reports to the government', width: 12, height: 6 }),
        ),
      ],
      notify: notificationsFor(this, operators),
      // One alarm for all schools, which names those that are slow.
      tenantLatency: [
        TenantLatency.histogram('GradeProcessingLatency', {
          attribute: 'school',
          threshold: Duration.millis(120),
          alarmName: `${name}-P95-Latency-Alert`,
        }),
      ],
      // The API answers with 5xx when the grades service does.
      symptoms: [{ symptom: api.alarms.serverErrorShare(), causes: [grades.alarms.serverErrorShare()] }],
    });

    new CfnOutput(this, 'ApiUrl', { value: api.restApi.url });
    new CfnOutput(this, 'OnboardingFunction', { value: api.onboarding.functionName });
    new CfnOutput(this, 'BackfillFunction', { value: backfill.startFunction.functionName });
    new CfnOutput(this, 'ErasureFunction', { value: erasure.startFunction.functionName });
    new CfnOutput(this, 'RemovalFunction', { value: removal.function.functionName });

    this.api = api;
    this.users = users;
    this.directory = directory;
    this.data = data;
    this.tenants = tenants;
    this.grades = grades;
    this.lake = lake;
    this.backfill = backfill;
    this.erasure = erasure;
    this.removal = removal;
    this.government = government;
    this.auditTrail = auditTrail;
    this.operations = operations;
  }
}
