import type { IPeer, ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { ServiceLogs } from './service-logs';

/** Where the tasks of a service run. */
export interface NetworkParts {
  readonly vpc: IVpc;
  /** Private subnets, of several zones. */
  readonly taskSubnets: SubnetSelection;
  /** What tasks may connect to on port 443. */
  readonly httpsTo: readonly IPeer[];
  /** The security group of interface endpoints, which has to admit the tasks of each service. */
  readonly endpointGroup?: ISecurityGroup;
  /** Logs of a VPC that the service created. */
  readonly logGroups: readonly ILogGroup[];
}

/** What differs between networks, by how tasks reach AWS services. */
export interface NetworkVariant {
  create(scope: Construct, logs: ServiceLogs): NetworkParts;
}
