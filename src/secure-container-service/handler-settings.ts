import type { Variables } from '../runtime/environment';

// Imported by handlers, too: nothing here may import the CDK.

/** Settings of the function that runs migrations. */
export interface MigrationSettings {
  readonly CLUSTER: string;
  /** Ids of the subnets of the task. */
  readonly SUBNETS: readonly string[];
  readonly SECURITY_GROUP: string;
  /** The log group of the task, for messages. */
  readonly LOG_GROUP: string;
}

export const MIGRATION_VARIABLES: Variables<MigrationSettings> = {
  CLUSTER: 'text',
  SUBNETS: 'json',
  SECURITY_GROUP: 'text',
  LOG_GROUP: 'text',
};
