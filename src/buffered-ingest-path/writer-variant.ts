import type { Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { IItemStore } from '../core';
import type { Handler, HandlerProps } from '../core/private/handler';
import type { WriterSettings } from './settings';

/** What all writers have in common. */
export type WriterProps = Omit<HandlerProps<WriterSettings>, 'asset' | 'variables'>;

/** The differences between writers, by whose permissions they use. */
export interface WriterVariant {
  /** The permission of the writer's role to store items, as a clause after "may only". */
  readonly permission: string;
  /** Minimum number of messages that it stores per second, if each call takes 50 ms. */
  readonly messagesPerSecond: number;

  /** Creates the function. */
  create(path: Construct, id: string, props: WriterProps): Handler;

  /**
   * Grants the writer's role the permissions to store items.
   *
   * @throws when role and table belong to different tenancies
   */
  allow(path: Construct, store: IItemStore, writer: Role): void;
}
