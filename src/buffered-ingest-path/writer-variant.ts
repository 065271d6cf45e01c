import type { Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { IItemStore } from '../core';

/** What differs between writers, by under whose permission they write. */
export interface WriterVariant {
  /** Folder of the handler below `assets/buffered-ingest-path`. */
  readonly bundle: string;
  /** What the writer's role may do with the table, as a clause that follows "it may". */
  readonly permission: string;
  /** What it writes in a second at least, when each call takes 50 ms. */
  readonly messagesPerSecond: number;
  /** What its handler reads, beside what each writer's reads. */
  readonly environment: Record<string, string>;

  /**
   * Gives the writer what it needs to store items.
   *
   * @throws when role and table belong to different tenancies
   */
  allow(path: Construct, store: IItemStore, writer: Role): void;
}
