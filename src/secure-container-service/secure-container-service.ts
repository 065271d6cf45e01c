import type { RemovalPolicy } from 'aws-cdk-lib';
import type { IResource, Method } from 'aws-cdk-lib/aws-apigateway';
import type { IVpcOrigin } from 'aws-cdk-lib/aws-cloudfront';
import type { Connections, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { FargateService, FargateTaskDefinition, ICluster } from 'aws-cdk-lib/aws-ecs';
import type { ApplicationListener, IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IPrincipal, IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ApiRoute, ApiRouteOptions, ApiTargetConfig, DashboardGraph, IObservable, RecommendedAlarm } from '../core';
import { addRouteTo } from '../core/private/api-method';
import { invalid } from '../core/private/base/invalid';
import { having, KEY, literal, REMOVAL_POLICY, RETENTION_DAYS, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import { loggedBy, retainedBy } from '../core/private/retained';
import { bindService } from '../core/private/service-integration';
import { bindContainerRoute } from './bind-container-route';
import { Compute } from './compute';
import type { ContainerImageSource } from './container-image-source';
import type { ContainerSettings } from './container-settings';
import type { Exposure } from './exposure';
import { ImportedContainerService } from './imported-service';
import { SecureContainerServiceAlarms } from './secure-container-service-alarms';
import type { SecureContainerServiceAttributes } from './secure-container-service-attributes';
import { graphsOf } from './secure-container-service-graphs';
import type { ISecureContainerService } from './secure-container-service-interface';
import { SecureContainerServiceMetrics } from './secure-container-service-metrics';
import { ServiceDeployment } from './service-deployment';
import { ServiceNetwork } from './service-network';
import type { Balancer } from './service-parts';
import type { ServiceScaling } from './service-scaling';
import type { ServiceTelemetry } from './service-telemetry';
import { type Settings, settledContainer, settledScaling, settledTelemetry } from './settings';
import { validateService } from './validate-service';

/** Props of SecureContainerService. */
export interface SecureContainerServiceProps {
  /** The image: `ContainerImageSource.directory(join(__dirname, 'app'))`, or one of a repository. */
  readonly image: ContainerImageSource;

  /**
   * Who can reach the service. There is no default: whether requests cross the VPC in plain text, and whether the internet can reach the
   * service, is to be seen where it is created.
   */
  readonly exposure: Exposure;

  /**
   * The VPC, and how tasks reach AWS services.
   *
   * @default ServiceNetwork.natGateways()
   */
  readonly network?: ServiceNetwork;

  /**
   * Where tasks run, and their size.
   *
   * @default Compute.fargate()
   */
  readonly compute?: Compute;

  /**
   * Port, environment, secrets, health check and times of the container.
   *
   * @default {}
   */
  readonly container?: ContainerSettings;

  /**
   * How many tasks run.
   *
   * @default {}
   */
  readonly scaling?: ServiceScaling;

  /**
   * How a new version replaces the old one.
   *
   * @default ServiceDeployment.rolling()
   */
  readonly deployment?: ServiceDeployment;

  /**
   * Logs, metrics and traces.
   *
   * @default {}
   */
  readonly telemetry?: ServiceTelemetry;

  /**
   * Encrypts the logs. A key, not an alias. The policy of a key of this app gets the statement that CloudWatch Logs needs; for an imported
   * key, a warning holds the statement to add.
   *
   * @default AppKey.of(this)
   */
  readonly encryptionKey?: IKey;

  /**
   * Part of the names of the log groups: `/aws/ecs/<name>/application`, `/aws/events/<name>/ecs`,
   * `/aws/elasticloadbalancing/<name>/access`, `/aws/vpc/<name>/rejected`. A log group that was retained when its stack was deleted still
   * occupies its name.
   *
   * @default - generated names
   */
  readonly name?: string;

  /**
   * How long the logs are kept.
   *
   * @default - the setting of the nearest scope with `LogRetention.set`, or else 90 days for access logs and events, and 30 days for others
   */
  readonly logRetention?: RetentionDays;

  /**
   * What happens to the logs when the service is removed from its stack. DESTROY also needs `DataDestruction.allow` on a scope above. With
   * RETAIN, the load balancer is protected from deletion, too.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A container service that is always warm: tasks on Fargate in two zones, behind a load balancer that only named callers can reach.
 *
 * The code runs without root, without Linux capabilities and with a read-only root file system. The README in this folder has the reasons
 * for each decision.
 *
 * @example
 * import { Stack } from 'aws-cdk-lib';
 * import { ContainerImageSource, Exposure, SecureContainerService, TenantIsolatedApi } from 'cdk-andamio';
 *
 * declare const stack: Stack;
 * declare const api: TenantIsolatedApi;
 * const grades = new SecureContainerService(stack, 'Grades', {
 *   image: ContainerImageSource.directory('app/grades'),
 *   exposure: Exposure.internalPlaintext(),
 * });
 * api.addRoute('ANY /grades/{proxy+}', grades);
 */
export class SecureContainerService extends Construct implements ISecureContainerService, IObservable {
  /**
   * A service that another stack or another app creates, for routes, grants, security groups and metrics.
   *
   * @param scope the parent construct
   * @param id unique within the scope
   * @param attributes names and ARNs of its parts
   * @throws when there is a load balancer without its security group
   */
  public static fromSecureContainerServiceAttributes(
    scope: Construct,
    id: string,
    attributes: SecureContainerServiceAttributes,
  ): ISecureContainerService {
    return new ImportedContainerService(scope, id, attributes);
  }

  /** The ECS service. Undefined with `Compute.appRunner`. */
  public readonly service?: FargateService;
  /** The task definition, to which containers can be added. The one of the code is `service`. Undefined with `Compute.appRunner`. */
  public readonly taskDefinition?: FargateTaskDefinition;
  /** The cluster. Undefined with `Compute.appRunner`. */
  public readonly cluster?: ICluster;
  /** Address of the public endpoint of App Runner. Undefined with other ways to run tasks. */
  public readonly appRunnerUrl?: string;
  /** The VPC, for databases and other things that tasks connect to. */
  public readonly vpc: IVpc;
  /** The network, for further services: the prop `network: grades.network`. */
  public readonly network: ServiceNetwork;
  /** The load balancer, whose `connections` decide who may connect. Undefined with `Exposure.none`. */
  public readonly loadBalancer?: IApplicationLoadBalancer;
  /** The listener that leads to the tasks. Undefined with `Exposure.none`. */
  public readonly listener?: ApplicationListener;
  /** The origin for CloudFront distributions: `VpcOrigin.withVpcOrigin(service.vpcOrigin)`. Undefined without `Exposure.behindCloudFront`. */
  public readonly vpcOrigin?: IVpcOrigin;
  /** The role of the code: grant it what the code needs. */
  public readonly taskRole: IRole;
  /** The role of the code, so that the construct is a grantee: `table.grantReadData(service)`, `tenants.grants.openSessions(service)`. */
  public readonly grantPrincipal: IPrincipal;
  /** Security group of the tasks: `database.connections.allowDefaultPortFrom(service)`. */
  public readonly connections: Connections;
  /** Metrics of the service. */
  public readonly metrics: SecureContainerServiceMetrics;
  /** Recommended alarms, each created on first use. */
  public readonly alarms: SecureContainerServiceAlarms;
  /** Log groups of the code, of ECS events, of requests and of rejected connections. */
  public readonly logGroups: ILogGroup[];
  public readonly serviceName?: string;
  public readonly clusterName?: string;
  public readonly appRunnerServiceId?: string;
  public readonly loadBalancerFullName?: string;
  public readonly targetGroupFullNames: string[];
  public readonly failedDeploymentsRuleName?: string;

  private readonly settings: Settings;
  private readonly balancer?: Balancer;

  /**
   * @param scope the parent construct
   * @param id unique within the scope
   * @param props the image, who can reach it, and options
   * @throws when logs would be destroyed without a scope that allows it. Values that are out of range are reported together at synthesis.
   */
  constructor(scope: Construct, id: string, props: SecureContainerServiceProps) {
    super(scope, id);
    checkProps(this, props, PROPS);
    const { image, exposure, name, network = ServiceNetwork.natGateways(), compute = Compute.fargate() } = props;
    const deployment = props.deployment ?? ServiceDeployment.rolling();
    this.settings = {
      image: image._source,
      exposure: exposure._exposure,
      network: network._network,
      container: settledContainer(props.container),
      scaling: settledScaling(props.scaling, exposure._exposure.isReachable && deployment._bakeTime === undefined),
      deployment,
      telemetry: settledTelemetry(props.telemetry),
      logs: { ...loggedBy(props, retainedBy(this, props)), name },
    };
    validateService(this, this.settings);

    const parts = compute._compute.create(this, this.settings);
    this.service = parts.ecs?.service;
    this.taskDefinition = parts.ecs?.taskDefinition;
    this.cluster = parts.ecs?.cluster;
    this.vpc = parts.network.vpc;
    this.network = ServiceNetwork._shared(parts.network);
    this.taskRole = parts.taskRole;
    this.grantPrincipal = parts.taskRole;
    this.connections = parts.connections;
    this.balancer = parts.balancer;
    this.loadBalancer = parts.balancer?.loadBalancer;
    this.listener = parts.balancer?.listener;
    this.vpcOrigin = parts.balancer?.vpcOrigin;
    this.logGroups = [...parts.logGroups];
    this.serviceName = parts.ecs?.service.serviceName ?? parts.appRunner?.serviceName;
    this.clusterName = parts.ecs?.cluster.clusterName;
    this.appRunnerServiceId = parts.appRunner?.serviceId;
    this.appRunnerUrl = parts.appRunner?.url;
    this.loadBalancerFullName = parts.balancer?.loadBalancer.loadBalancerFullName;
    this.targetGroupFullNames = (parts.balancer?.targetGroups ?? []).map(({ targetGroupFullName }) => targetGroupFullName);
    this.failedDeploymentsRuleName = parts.ecs?.failedDeployments.ruleName;
    this.node.defaultChild = parts.appRunner?.resource ?? parts.ecs?.service.node.defaultChild;
    this.metrics = SecureContainerServiceMetrics.fromSecureContainerService(this);
    this.alarms = SecureContainerServiceAlarms.fromSecureContainerService(this);
  }

  public get recommendedAlarms(): RecommendedAlarm[] {
    return this.alarms.recommended;
  }

  public get graphs(): DashboardGraph[] | undefined {
    return graphsOf(this.metrics, this.alarms);
  }

  /**
   * Returns the integration of the service, for `api.addRoute('ANY /grades/{proxy+}', service)`: through a VPC link to the load balancer,
   * with tenant, tier and user in headers that overwrite what the caller sent.
   *
   * @param route the route that leads here
   * @throws when the route needs no token, or when the service can be reached without the API
   */
  public bind(route: ApiRoute): ApiTargetConfig {
    const { balancer, vpc, appRunnerUrl } = this;
    const { exposure, container } = this.settings;
    if (appRunnerUrl !== undefined) return bindService('SecureContainerService', appRunnerUrl, route);
    if (balancer === undefined || exposure.apiProblem !== undefined) {
      invalid(this, 'exposure', `${route.httpMethod} ${route.path}`, `${exposure.apiProblem}`);
    }
    const { loadBalancer, port } = balancer;
    const domainName = exposure.domain?.domainName;
    return bindContainerRoute({ loadBalancer, vpc, port, domainName, requestTimeout: container.requestTimeout }, route);
  }

  /**
   * Adds a method that leads to the service to a RestApi of your own, with a Lambda authorizer that returns the tenant.
   *
   * @param resource the path in the API
   * @param httpMethod an HTTP method in capitals, or ANY
   * @param options the authorizer, and the key of its context that holds the tenant
   * @throws when the service can be reached without the API
   */
  public addRoute(resource: IResource, httpMethod: string, options: ApiRouteOptions): Method {
    return addRouteTo(resource, httpMethod, this, options);
  }
}

const PROPS: PropKinds<SecureContainerServiceProps> = {
  image: required(having<ContainerImageSource>('ContainerImageSource.directory(…), or another source of an image', '_source')),
  exposure: required(having<Exposure>('Exposure.internal(…), or another exposure', '_exposure')),
  network: having<ServiceNetwork>('ServiceNetwork.natGateways(), or another network', '_network'),
  compute: having<Compute>('Compute.fargate(), or another way to run tasks', '_compute'),
  container: literal<ContainerSettings>('an object of settings, such as { port: 3000 }'),
  scaling: literal<ServiceScaling>('an object of settings, such as { minTasks: 3 }'),
  deployment: having<ServiceDeployment>('ServiceDeployment.rolling() or ServiceDeployment.blueGreen()', '_migration'),
  telemetry: literal<ServiceTelemetry>('an object of settings, such as { containerInsights: ContainerInsights.ENABLED }'),
  encryptionKey: KEY,
  name: STRING,
  logRetention: RETENTION_DAYS,
  removalPolicy: REMOVAL_POLICY,
};
