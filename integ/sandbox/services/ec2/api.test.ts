import { CfnSubnet, CfnVPC } from 'aws-cdk-lib/aws-ec2';
import type { ServiceRequest } from '../../contracts';
import { createClock } from '../../process/clock';
import { startServices } from '../../start-services';
import { assemblyOf, temporaryFolder } from '../../testing/engines';
import { ec2 } from '.';

const folder = temporaryFolder();
const nothing = { name: 'nothing', url: 'http://127.0.0.1:9', pid: 0, close: async () => {} };

async function started() {
  const assembly = assemblyOf(folder, (stack) => {
    const vpc = new CfnVPC(stack, 'Vpc', { cidrBlock: '10.0.0.0/16' });
    new CfnSubnet(stack, 'Subnet', { vpcId: vpc.ref, cidrBlock: '10.0.0.0/24' });
  });
  const engines = { dynamodb: nothing, ministack: nothing, close: async () => {} };
  const { endpoint, use, close } = await startServices([ec2], { assembly, engines, clock: createClock() });
  const call = async (parameters: Record<string, string>) => {
    const request: Pick<ServiceRequest, 'service' | 'method' | 'url' | 'headers' | 'body'> = {
      ...{ service: 'ec2', method: 'POST', url: '/', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      body: Buffer.from(String(new URLSearchParams({ Version: '2016-11-15', ...parameters }))),
    };
    const reply = await endpoint.call({ ...request, credentials: endpoint.administrator(), region: assembly.region });
    return { status: reply.status, body: String(reply.body) };
  };
  const [subnet] = assembly.ofType('AWS::EC2::Subnet');
  const [vpc] = assembly.ofType('AWS::EC2::VPC');
  const group = assembly.attribute(vpc, 'DefaultSecurityGroup');
  return { call, close, group, vpcId: assembly.ref(vpc), subnetId: assembly.ref(subnet), network: use('network') };
}

/** As `restrictDefaultSecurityGroup` of the CDK calls EC2. */
const ALL = { 'IpPermissions.1.IpProtocol': '-1' };

test('the rules of a default security group can be revoked and authorized again', async () => {
  const { call, close, group, subnetId, network } = await started();
  try {
    const [one, other] = ['One', 'Other'].map((owner) => network.attach(owner, subnetId, []));
    expect(network.blocked(one, other, 80)).toBeUndefined();
    const egress = { GroupId: group, ...ALL, 'IpPermissions.1.IpRanges.1.CidrIp': '0.0.0.0/0' };
    expect(await call({ Action: 'RevokeSecurityGroupEgress', ...egress })).toMatchObject({ status: 200 });
    expect(network.blocked(one, other, 80)).toContain('No egress rule of One');
    await call({ Action: 'AuthorizeSecurityGroupEgress', ...egress });
    const ingress = { GroupId: group, ...ALL, 'IpPermissions.1.Groups.1.GroupId': group };
    await call({ Action: 'RevokeSecurityGroupIngress', ...ingress });
    expect(network.blocked(one, other, 80)).toContain('No ingress rule of Other');
  } finally {
    await close();
  }
});

test('security groups are described with their rules, those that calls have changed included', async () => {
  const { call, close, group, vpcId } = await started();
  try {
    const describe = async () =>
      (await call({ Action: 'DescribeSecurityGroups', 'Filter.1.Name': 'vpc-id', 'Filter.1.Value.1': vpcId })).body;
    const everywhere = '<item><ipProtocol>-1</ipProtocol><groups></groups><ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges>';
    expect(await describe()).toContain('<groupDescription>default VPC security group</groupDescription>');
    expect(await describe()).toContain(
      `<ipPermissions><item><ipProtocol>-1</ipProtocol><groups><item><groupId>${group}</groupId></item></groups>`,
    );
    expect(await describe()).toContain(`<ipPermissionsEgress>${everywhere}`);
    await call({ Action: 'RevokeSecurityGroupEgress', GroupId: group, ...ALL, 'IpPermissions.1.IpRanges.1.CidrIp': '0.0.0.0/0' });
    expect(await describe()).toContain('<ipPermissionsEgress></ipPermissionsEgress>');
    const tcp = { 'IpPermissions.1.IpProtocol': 'tcp', 'IpPermissions.1.FromPort': '443', 'IpPermissions.1.ToPort': '443' };
    await call({ Action: 'AuthorizeSecurityGroupEgress', GroupId: group, ...tcp, 'IpPermissions.1.Ipv6Ranges.1.CidrIpv6': '::/0' });
    expect(await describe()).toContain(
      '<ipPermissionsEgress><item><ipProtocol>tcp</ipProtocol><fromPort>443</fromPort><toPort>443</toPort><groups></groups><ipRanges></ipRanges><ipv6Ranges><item><cidrIpv6>::/0</cidrIpv6>',
    );
  } finally {
    await close();
  }
});

test('the ids of managed prefix lists and of security groups are found by name, and other operations are rejected by name', async () => {
  const { call, close, group, vpcId } = await started();
  try {
    const filter = { 'Filter.1.Name': 'prefix-list-name', 'Filter.1.Value.1': 'com.amazonaws.us-east-1.dynamodb' };
    const { body } = await call({ Action: 'DescribeManagedPrefixLists', ...filter });
    expect(body).toContain('<prefixListId>pl-02cd2c6b</prefixListId><prefixListName>com.amazonaws.us-east-1.dynamodb</prefixListName>');
    const groups = { 'Filter.1.Name': 'group-name', 'Filter.1.Value.1': 'default', 'Filter.2.Name': 'vpc-id', 'Filter.2.Value.1': vpcId };
    expect((await call({ Action: 'DescribeSecurityGroups', ...groups })).body).toContain(`<groupId>${group}</groupId>`);
    expect((await call({ Action: 'DescribeSecurityGroups', ...groups, 'Filter.2.Value.1': 'vpc-1' })).body).toContain(
      '<securityGroupInfo></securityGroupInfo>',
    );
    expect((await call({ Action: 'DescribeSecurityGroups', 'Filter.1.Name': 'colour' })).body).toContain(
      'does not support the filter colour',
    );
    const { status, body: error } = await call({ Action: 'RunInstances' });
    expect({ status, error }).toMatchObject({
      status: 400,
      error: expect.stringContaining('does not support the operation RunInstances of ec2'),
    });
  } finally {
    await close();
  }
});
