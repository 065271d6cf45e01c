import { type CfnResource, Stack } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  PublicSubnet,
  type SubnetConfiguration,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledge, REGULATED } from '../core/private/rule-packs';
import { createServiceLog, type ServiceLogs } from './service-logs';

/** What differs between VPCs that a service creates. */
export interface MadeVpcProps {
  readonly zones: number;
  /** Whether tasks reach AWS services through NAT gateways, one in each zone. */
  readonly hasNat: boolean;
}

/**
 * Creates a VPC as the child `Vpc`. Each zone has what its tasks need, so that the loss of a zone does not affect the others. Traffic to S3 and
 * DynamoDB takes gateway endpoints, which are free.
 */
export function createVpc(scope: Construct, { zones, hasNat }: MadeVpcProps, logs: ServiceLogs): { vpc: Vpc; flowLogs: LogGroup } {
  const tasks = hasNat ? SubnetType.PRIVATE_WITH_EGRESS : SubnetType.PRIVATE_ISOLATED;
  const subnetConfiguration: SubnetConfiguration[] = [
    { name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
    { name: 'Tasks', subnetType: tasks, cidrMask: 22 },
  ];
  const vpc = new Vpc(scope, 'Vpc', {
    maxAzs: zones,
    natGateways: hasNat ? zones : 0,
    subnetConfiguration,
    restrictDefaultSecurityGroup: true,
    gatewayEndpoints: {
      S3: { service: GatewayVpcEndpointAwsService.S3 },
      DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
    },
  });
  acknowledgePublicRoutes(vpc);
  return { vpc, flowLogs: logRejected(scope, vpc, logs) };
}

/** Rejected connections only: they show a missing rule of a security group, and cost little. */
function logRejected(scope: Construct, vpc: Vpc, logs: ServiceLogs): LogGroup {
  const logGroup = createServiceLog(scope, 'FlowLogs', logs, { named: (name) => `/aws/vpc/${name}/rejected` });
  const role = new Role(scope, 'FlowLogsRole', { assumedBy: new ServicePrincipal('vpc-flow-logs.amazonaws.com') });
  vpc.addFlowLog('Rejected', {
    destination: FlowLogDestination.toCloudWatchLogs(logGroup, role),
    trafficType: FlowLogTrafficType.REJECT,
  });
  acknowledge(
    role.node.findChild('DefaultPolicy'),
    REGULATED,
    'IAMNoInlinePolicy',
    'The policy names one log group and is of use to this role only.',
  );
  return logGroup;
}

function acknowledgePublicRoutes(vpc: Vpc): void {
  for (const subnet of vpc.publicSubnets) {
    if (!(subnet instanceof PublicSubnet)) continue;
    acknowledge(
      subnet.node.findChild('DefaultRoute') as CfnResource,
      REGULATED,
      'VPCNoUnrestrictedRouteToIGW',
      `The subnet holds NAT gateways and public load balancers only; tasks of ${Stack.of(vpc).node.path} run in private subnets.`,
    );
  }
}
