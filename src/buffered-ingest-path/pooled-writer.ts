import type { Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { IItemStore } from '../core';
import { grantIngest } from '../core/private/ingest-grant';
import type { WriterVariant } from './writer-variant';

/** Inserts for all tenants under its own role. */
export class PooledWriter implements WriterVariant {
  public readonly bundle = 'batch-writer';
  public readonly permission = 'insert into one table';
  /** 25 messages in a call and two calls at the same time make 1,000; half of that, to be on the safe side. */
  public readonly messagesPerSecond = 500;
  public readonly environment = {};

  public allow(_: Construct, { table }: IItemStore, writer: Role): void {
    grantIngest(table, writer);
  }
}
