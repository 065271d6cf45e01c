import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import {
  CollectorMetrics,
  ContainerImageSource,
  Exposure,
  type IAccessTokenIssuer,
  OpenTelemetry,
  SecureContainerService,
  type ServiceDomain,
  type ServiceNetwork,
  type TenantDirectory,
  type TenantRole,
  type TenantTable,
} from 'cdk-andamio';
import { Construct } from 'constructs';
import { withServiceFolder } from './service-folder';

export interface GradesProps {
  /** The directory, in which the service sees whether a school is active before it opens a session. */
  readonly directory: TenantDirectory;
  readonly data: TenantTable;
  /** The role whose sessions access the data. The service itself has no permissions on the table. */
  readonly tenants: TenantRole;
  /** The issuer of the access tokens, which the service verifies again. */
  readonly issuer: IAccessTokenIssuer;
  /**
   * Name and certificate of the load balancer.
   *
   * @default - requests cross the VPC in plain text
   */
  readonly domain?: ServiceDomain;
  /**
   * The network of another service.
   *
   * @default - a VPC of its own
   */
  readonly network?: ServiceNetwork;
  /** The namespace of its metrics: `Luca/Platform`. */
  readonly metricNamespace: string;
  /**
   * Part of the names of its log groups.
   *
   * @default - generated names
   */
  readonly name?: string;
  /**
   * The folder with its Dockerfile.
   *
   * @default - app/grades
   */
  readonly folder?: string;
}

/** Registers and reads grades, students and their behaviour, in sessions of the caller's school. It is always warm. */
export class Grades extends Construct {
  public readonly service: SecureContainerService;

  constructor(scope: Construct, id: string, props: GradesProps) {
    super(scope, id);
    const { directory, data, tenants, issuer, domain, network, metricNamespace, name } = props;
    const { folder = join(__dirname, '..', 'app', 'grades') } = props;
    this.service = withServiceFolder(
      folder,
      (copy) =>
        new SecureContainerService(this, 'Service', {
          image: ContainerImageSource.directory(copy),
          exposure: domain === undefined ? Exposure.internalPlaintext() : Exposure.internal(domain),
          network,
          name,
          container: {
            environment: {
              TABLE_NAME: data.table.tableName,
              DIRECTORY_TABLE_NAME: directory.table.tableName,
              TENANT_ROLE_ARN: tenants.role.roleArn,
              USER_POOL_ID: issuer.userPool.userPoolId,
              CLIENT_IDS: issuer.clients.map(({ userPoolClientId }) => userPoolClientId).join(','),
              SCHOOL_CLAIM: issuer.tenantClaim,
              METRIC_NAMESPACE: metricNamespace,
            },
            // Not `/health`: a task that is about to stop is healthy, but should get no more requests.
            healthCheck: { path: '/ready', interval: Duration.seconds(5) },
          },
          // Latency and requests by school, of which each school would be a metric on the bill otherwise.
          telemetry: { openTelemetry: OpenTelemetry.adotSidecar({ metrics: CollectorMetrics.otlp(), propagators: ['xray'] }) },
        }),
    );
    tenants.grants.openSessions(this.service);
    directory.grants.readTenants(this.service);
  }
}
