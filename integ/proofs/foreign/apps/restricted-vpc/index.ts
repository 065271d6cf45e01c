import { DescribeSecurityGroupsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { foreignApp } from '../../foreign-app';
import type { RunningApp } from '../../running-app';

/** The rules of a security group of the VPC. */
async function group(app: RunningApp, name: string) {
  const Filters = [{ Name: 'vpc-id', Values: [app.output('VpcId')] }];
  const { SecurityGroups = [] } = await new EC2Client(app.aws).send(new DescribeSecurityGroupsCommand({ Filters }));
  const found = SecurityGroups.filter(({ GroupName = '', Description }) => GroupName === name || Description === name);
  return found.map(({ IpPermissions = [], IpPermissionsEgress = [] }) => ({
    ingress: IpPermissions.map(({ IpProtocol, FromPort, IpRanges }) => [IpProtocol, FromPort, IpRanges?.map(({ CidrIp }) => CidrIp)]),
    egress: IpPermissionsEgress.map(({ IpProtocol, IpRanges }) => [IpProtocol, IpRanges?.map(({ CidrIp }) => CidrIp)]),
  }));
}

export default foreignApp('restricted-vpc', {
  shows: 'A VPC whose default security group is restricted by a custom resource',
  questions: [
    { asks: 'the rules of the default security group', ask: (app) => group(app, 'default'), answer: [{ ingress: [], egress: [] }] },
    {
      asks: 'the rules of another security group',
      ask: (app) => group(app, 'Web servers'),
      answer: [{ ingress: [['tcp', 443, ['0.0.0.0/0']]], egress: [['-1', ['0.0.0.0/0']]] }],
    },
  ],
});
