import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import {
  type ApplicationListener,
  ApplicationListenerRule,
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ApplicationTargetGroup,
  ListenerAction,
  ListenerCondition,
  SslPolicy,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { groupDescription } from '../core/private/group-description';
import { acknowledge } from '../core/private/rule-packs';
import type { Balancer } from './service-parts';
import type { Settings } from './settings';

export interface BalancerProps {
  readonly vpc: IVpc;
  /** Where an internal load balancer is. */
  readonly taskSubnets: SubnetSelection;
}

/** The load balancer, and for a blue/green deployment the rule that it changes. */
export interface CreatedBalancer extends Balancer {
  readonly productionRule?: ApplicationListenerRule;
  readonly accessLogs?: LogGroup;
}

/** Creates the load balancer as the child `LoadBalancer`, without targets and without anyone who may connect. */
export function createBalancer(scope: Construct, settings: Settings, props: BalancerProps): CreatedBalancer {
  const { exposure, telemetry, logs, deployment } = settings;
  const loadBalancer = createLoadBalancer(scope, settings, props);
  const isBlueGreen = deployment._bakeTime !== undefined;
  const targetGroups = (isBlueGreen ? ['Blue', 'Green'] : ['Targets']).map((id) => createTargetGroup(scope, id, settings, props.vpc));
  const port = exposure.domain === undefined ? 80 : 443;
  const listener = createListener(loadBalancer, settings, { port, targetGroups, isBlueGreen });
  const productionRule = isBlueGreen ? createProductionRule(listener, targetGroups) : undefined;
  const vpcOrigin = exposure.admit(scope, { loadBalancer, listener, port }, logs);
  const accessLogs = telemetry.accessLogs._attach(scope, loadBalancer, logs);
  return { loadBalancer, listener, targetGroups, port, vpcOrigin, productionRule, accessLogs };
}

function createLoadBalancer(scope: Construct, { exposure, logs }: Settings, { vpc, taskSubnets }: BalancerProps): ApplicationLoadBalancer {
  const securityGroup = new SecurityGroup(scope, 'LoadBalancerGroup', {
    vpc,
    allowAllOutbound: false,
    description: groupDescription(`The load balancer of ${scope.node.path}`),
  });
  return new ApplicationLoadBalancer(scope, 'LoadBalancer', {
    vpc,
    securityGroup,
    internetFacing: exposure.isPublic,
    vpcSubnets: exposure.isPublic ? { subnetType: SubnetType.PUBLIC } : taskSubnets,
    dropInvalidHeaderFields: true,
    deletionProtection: logs.removalPolicy === RemovalPolicy.RETAIN,
  });
}

function createTargetGroup(scope: Construct, id: string, { container }: Settings, vpc: IVpc): ApplicationTargetGroup {
  const { port, healthCheck, requestTimeout } = container;
  return new ApplicationTargetGroup(scope, id, {
    vpc,
    port,
    protocol: ApplicationProtocol.HTTP,
    targetType: TargetType.IP,
    deregistrationDelay: requestTimeout,
    healthCheck: {
      path: healthCheck.path,
      healthyHttpCodes: '200',
      interval: healthCheck.interval,
      timeout: Duration.seconds(4),
      healthyThresholdCount: 2,
      unhealthyThresholdCount: 2,
    },
  });
}

interface ListenerProps {
  readonly port: number;
  readonly targetGroups: ApplicationTargetGroup[];
  readonly isBlueGreen: boolean;
}

function createListener(
  loadBalancer: ApplicationLoadBalancer,
  { exposure: { domain } }: Settings,
  { port, targetGroups, isBlueGreen }: ListenerProps,
): ApplicationListener {
  const tls = {
    protocol: ApplicationProtocol.HTTPS,
    certificates: domain === undefined ? [] : [domain.certificate],
    sslPolicy: SslPolicy.TLS13_12_RES_PQ,
  };
  const listener = loadBalancer.addListener('Listener', {
    port,
    open: false,
    ...(domain === undefined ? { protocol: ApplicationProtocol.HTTP } : tls),
    defaultAction: isBlueGreen ? ListenerAction.fixedResponse(404) : ListenerAction.forward(targetGroups),
  });
  if (domain !== undefined) {
    acknowledge(
      listener,
      ['PCI.DSS.321', 'NIST.800.53.R5', 'HIPAA.Security'],
      'ELBv2ACMCertificateRequired',
      'The listener has the certificate of the exposure. The rule does not recognize its ARN where that is known at deployment only.',
    );
  }
  return listener;
}

/** ECS changes the target groups of this rule when it shifts traffic. */
function createProductionRule(listener: ApplicationListener, targetGroups: ApplicationTargetGroup[]): ApplicationListenerRule {
  const [blue, green] = targetGroups;
  return new ApplicationListenerRule(listener, 'Production', {
    listener,
    priority: 1,
    conditions: [ListenerCondition.pathPatterns(['/*'])],
    action: ListenerAction.weightedForward([
      { targetGroup: blue, weight: 100 },
      { targetGroup: green, weight: 0 },
    ]),
  });
}
