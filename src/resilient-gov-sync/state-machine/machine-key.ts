import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { CfnStateMachine, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { isFirst } from '../../core/private/once';

const REUSE_SECONDS = 300;

/**
 * Encrypts definition, inputs and histories of a state machine. Not by the prop of the L2, whose statement in the key policy would let log
 * delivery decrypt with the key for every account.
 */
export function encryptMachine(machine: StateMachine, key: IKey): void {
  (machine.node.defaultChild as CfnStateMachine).encryptionConfiguration = {
    type: 'CUSTOMER_MANAGED_KMS_KEY',
    kmsKeyId: key.keyArn,
    kmsDataKeyReusePeriodSeconds: REUSE_SECONDS,
  };
  if (!isFirst(key, 'LogDelivery.allowed')) return;
  // Documented: "Data at rest encryption in Step Functions", CloudWatch logging permissions.
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'LogDeliveryOfThisAccountAndRegion',
      principals: [new ServicePrincipal('delivery.logs.amazonaws.com')],
      actions: ['kms:Decrypt*'],
      resources: ['*'],
      conditions: { StringEquals: { 'kms:EncryptionContext:SourceArn': logDelivery(Stack.of(key)) } },
    }),
  );
}

/** The encryption context of log delivery; the star is part of its value. */
export function logDelivery(stack: Stack): string {
  return stack.formatArn({ service: 'logs', resource: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME });
}
