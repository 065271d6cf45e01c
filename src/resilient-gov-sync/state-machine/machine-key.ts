import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { CfnStateMachine, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { allowLogDelivery } from '../../core/private/base/key-policy';

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
  allowLogDelivery(machine, key);
}
