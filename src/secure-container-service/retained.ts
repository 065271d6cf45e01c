import type { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';

/** How what a service keeps is encrypted, named and removed. */
export interface Retained {
  readonly encryptionKey: IKey;
  readonly removalPolicy: RemovalPolicy;
  /** Part of the names of log groups; generated names where it is absent. */
  readonly name?: string;
}
