import { Duration, type Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { notified } from '../notified';
import { secureFunction } from './fixtures';

export function minimal(stack: Stack): void {
  secureFunction(stack);
}

export function maximal(stack: Stack): void {
  const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-0123456789abcdef0',
    availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  });
  const { alarms } = secureFunction(stack, {
    vpc,
    environment: { TABLE_NAME: 'grades' },
    timeout: Duration.seconds(29),
    memorySize: 1_024,
    name: 'grades',
  });
  notified(stack, alarms.errors(), alarms.throttles(), alarms.deadLetters());
}
