import type { Duration } from 'aws-cdk-lib';

/** A migration with all defaults. */
export interface SettledMigration {
  readonly command: readonly string[];
  readonly timeout: Duration;
}
