import type { IResource } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { rejectAlias } from './base/key-checks';

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

/** A bucket, table or secret; its key is undefined if it is not known here. */
export type Encrypted = IResource & { readonly encryptionKey?: IKey };

/**
 * Allows the use of a resource's key through the service of the resource, and in no other way.
 *
 * @returns no statement if the key is not known
 * @throws when the key is an alias
 */
export function resourceKeyUse(
  resource: Encrypted,
  service: string,
  actions: string[],
  conditions?: Record<string, object>,
): PolicyStatement[] {
  const { encryptionKey, env } = resource;
  if (encryptionKey === undefined) return [];
  rejectAlias(resource, 'encryptionKey', encryptionKey);
  return [keyUse(encryptionKey, { service, region: env.region }, actions, conditions)];
}
