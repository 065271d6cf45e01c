import type { Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { IItemStore } from '../core';

/** The differences between writers, by whose permissions they use. */
export interface WriterVariant {
  /** Folder of the handler in `assets/buffered-ingest-path`. */
  readonly bundle: string;
  /** The permission of the writer's role to store items, as a clause after "may only". */
  readonly permission: string;
  /** Minimum number of messages that it stores per second, if each call takes 50 ms. */
  readonly messagesPerSecond: number;
  /** Environment variables in addition to those of every writer. */
  readonly environment: Record<string, string>;

  /**
   * Grants the writer's role the permissions to store items.
   *
   * @throws when role and table belong to different tenancies
   */
  allow(path: Construct, store: IItemStore, writer: Role): void;
}
