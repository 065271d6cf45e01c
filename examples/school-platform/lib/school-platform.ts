import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { JsonSchemaType, JsonSchemaVersion } from 'aws-cdk-lib/aws-apigateway';
import {
  ApiGatewayLogRole,
  BufferedIngestPath,
  FunctionTarget,
  IngestKeys,
  Tenancy,
  TenantDirectory,
  TenantIsolatedApi,
  TenantRole,
  TenantTable,
  TenantUserPool,
  Tier,
} from 'cdk-andamio';
import type { Construct } from 'constructs';
import { Evaluations } from './evaluations';

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
}

/** A platform that many isolated schools share: sign-in, throttling per school, evaluations, and a path for the burst at recess. */
export class SchoolPlatform extends Stack {
  /** For additions: routes, more user pools, and services that access the schools' data. */
  public readonly api: TenantIsolatedApi;
  public readonly users: TenantUserPool;
  public readonly directory: TenantDirectory;
  public readonly data: TenantTable;
  public readonly tenants: TenantRole;

  constructor(scope: Construct, id: string, { appUrl, signInPrefix, hasLogRole = false, ...props }: SchoolPlatformProps) {
    super(scope, id, props);
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
    const api = new TenantIsolatedApi(this, 'Api', { directory, issuer: users, allowedOrigins: [appUrl] });

    const tenants = new TenantRole(this, 'Tenants', { tenancy });
    const data = new TenantTable(this, 'Data', {
      tenancy,
      timeToLive: Duration.days(30),
      indexes: [{ name: 'by-course', sortKey: 'course' }],
    });
    data.grants.tenantReadWrite(tenants);
    const evaluations = new Evaluations(this, 'Evaluations', { data, tenants });
    const visits = new BufferedIngestPath(this, 'Visits', {
      destination: data,
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

    api.addRoute('POST /visits', visits);
    api.addRoute('GET /students/{student}/evaluations', FunctionTarget.of(evaluations.function));
    api.addRoute('GET /courses/{course}/evaluations', FunctionTarget.of(evaluations.function));
    api.addRoute('PUT /students/{student}/evaluations/{course}', FunctionTarget.of(evaluations.function));

    new CfnOutput(this, 'ApiUrl', { value: api.restApi.url });
    new CfnOutput(this, 'OnboardingFunction', { value: api.onboarding.functionName });

    this.api = api;
    this.users = users;
    this.directory = directory;
    this.data = data;
    this.tenants = tenants;
  }
}
