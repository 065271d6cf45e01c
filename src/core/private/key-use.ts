import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';

/** The service through which a key is used, and its Region. */
export interface KeyService {
  /** `sqs` */
  readonly service: string;
  readonly region: string;
}

/** For producers and consumers of SQS. Documented: "Key management" in the SQS developer guide. */
export const PRODUCER_ACTIONS = ['kms:GenerateDataKey', 'kms:Decrypt'];
export const CONSUMER_ACTIONS = ['kms:Decrypt'];

/**
 * Allows the use of a key through one service of one Region, and in no other way.
 *
 * @param conditions further conditions
 */
export function keyUse(
  key: IKey,
  { service, region }: KeyService,
  actions: string[],
  conditions: Record<string, object> = {},
): PolicyStatement {
  const viaService = { 'kms:ViaService': `${service}.${region}.amazonaws.com` };
  return new PolicyStatement({ actions, resources: [key.keyArn], conditions: { StringEquals: viaService, ...conditions } });
}
