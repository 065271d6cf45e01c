import type { Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { IItemStore } from '../core';
import { createHandler, type Handler } from '../core/private/handler';
import { grantIngest } from '../core/private/ingest-grant';
import { WRITER_VARIABLES, type WriterSettings } from './settings';
import type { WriterProps, WriterVariant } from './writer-variant';

/** Inserts the items of all tenants with the writer's own role. */
export class PooledWriter implements WriterVariant {
  public readonly permission = 'insert into one table';
  /** 25 messages per call and two calls at a time are 1,000 per second. Half of that, as a safety margin. */
  public readonly messagesPerSecond = 500;

  public create(path: Construct, id: string, props: WriterProps): Handler {
    return createHandler<WriterSettings>(path, id, { ...props, asset: 'buffered-ingest-path/batch-writer', variables: WRITER_VARIABLES });
  }

  public allow(_: Construct, { table }: IItemStore, writer: Role): void {
    grantIngest(table, writer);
  }
}
