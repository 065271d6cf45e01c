import type { ISubnet, IVpc } from 'aws-cdk-lib/aws-ec2';

/** The subnets of a VPC that have no public addresses: those with a way out, or else the isolated ones. */
export function privateSubnetsOf(vpc: IVpc): ISubnet[] {
  return vpc.privateSubnets.length > 0 ? vpc.privateSubnets : vpc.isolatedSubnets;
}
