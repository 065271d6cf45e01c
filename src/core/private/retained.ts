import type { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';
import { dataRemovalPolicy } from './base/data-removal-policy';
import { encryptionKeyOf } from './encryption-key';

/** The props of a construct that decide about its data. */
export interface RetainedProps {
  readonly encryptionKey?: IKey;
  readonly removalPolicy?: RemovalPolicy;
}

/** How a construct keeps data: logs, messages, items, secrets. */
export type Retained = Required<RetainedProps>;

/** The prop of a construct that decides how long its logs are kept. */
export interface LoggedProps {
  /** Defaults to the setting of a scope above, or else to the standard of the log. */
  readonly logRetention?: RetentionDays;
}

/** How a construct keeps its logs. */
export interface Logged extends Retained, LoggedProps {}

/**
 * How a construct keeps its data: encrypted with its own key or the app's, and retained unless its data may be destroyed.
 *
 * @throws when the key cannot be used here, or data would be destroyed without a scope that allows it
 */
export function retainedBy(scope: IConstruct, { encryptionKey, removalPolicy }: RetainedProps): Retained {
  return { encryptionKey: encryptionKeyOf(scope, encryptionKey), removalPolicy: dataRemovalPolicy(scope, removalPolicy) };
}

/** How a construct keeps its logs: as its other data, and for as long as its prop says. */
export function loggedBy({ logRetention }: LoggedProps, retained: Retained): Logged {
  return { ...retained, logRetention };
}
