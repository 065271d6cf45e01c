import { readSettled } from '../../assembly/properties';
import type { Assembly, Resource } from '../../contracts';
import { type KeyUser, keyUsesOf } from '../../iam/key-uses';

/**
 * CloudWatch Logs itself uses the key when a log group is created. AWS does not document which actions it needs then; these are the
 * cryptographic ones of "Encrypt log data in CloudWatch Logs using AWS Key Management Service".
 */
const user: KeyUser = {
  service: 'logs',
  actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey'],
  principal: 'service',
  checked: 'at deployment',
  message: ({ context }) => `The specified KMS key does not exist or is not allowed to be used with Arn '${context['aws:logs:arn']}'`,
  // Documented: KmsKeyId of AWS::Logs::LogGroup (CloudFormation Template Reference). An alias ARN matches; whether the service accepts it
  // is not documented.
  format: /^arn:[a-z0-9-]+:kms:[a-z0-9-]+:\d{12}:(key|alias)\/.+$/,
};

const readGroup = (assembly: Assembly, resource: Resource) => ({
  ...{ resource, property: 'KmsKeyId', key: assembly.properties(resource).KmsKeyId },
  context: { 'aws:logs:arn': assembly.attribute(resource, 'Arn').replace(/:\*$/, '') },
});

export const keyUses = (assembly: Assembly) => keyUsesOf(user, readSettled(assembly, 'AWS::Logs::LogGroup', readGroup));
