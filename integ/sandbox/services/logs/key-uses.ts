import { readSettled } from '../../assembly/properties';
import type { Assembly, Resource } from '../../contracts';
import { type KeyUser, keyUsesOf } from '../../iam/key-uses';

/**
 * CloudWatch Logs asks for itself when a group is created; which of the documented actions is not documented, these are the cryptographic
 * ones ("Encrypt log data in CloudWatch Logs using AWS Key Management Service").
 */
const user: KeyUser = {
  service: 'logs',
  actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey'],
  asks: 'itself',
  asked: 'at deployment',
  message: ({ context }) => `The specified KMS key does not exist or is not allowed to be used with Arn '${context['aws:logs:arn']}'`,
  // Documented: KmsKeyId of AWS::Logs::LogGroup (CloudFormation Template Reference). An alias ARN fits; whether the service takes it is not documented.
  format: /^arn:[a-z0-9-]+:kms:[a-z0-9-]+:\d{12}:(key|alias)\/.+$/,
};

const readGroup = (assembly: Assembly, resource: Resource) => ({
  ...{ resource, property: 'KmsKeyId', key: assembly.properties(resource).KmsKeyId },
  context: { 'aws:logs:arn': assembly.attribute(resource, 'Arn').replace(/:\*$/, '') },
});

export const keyUses = (assembly: Assembly) => keyUsesOf(user, readSettled(assembly, 'AWS::Logs::LogGroup', readGroup));
