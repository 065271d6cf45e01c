import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AthenaClient } from '@aws-sdk/client-athena';
import { S3Client } from '@aws-sdk/client-s3';
import type { RewrittenTable } from '../rewritten-table';
import { athenaQueries } from './athena-queries';
import type { RewriteDependencies } from './dependencies';
import { s3Store } from './s3-store';

/** The clients of a function that rewrites folders. */
export function awsDependencies({ BUCKET, WORKGROUP, DATABASE }: RewrittenTable): RewriteDependencies {
  return {
    store: s3Store(new S3Client(), BUCKET),
    queries: athenaQueries(new AthenaClient(), { workgroup: WORKGROUP, database: DATABASE }),
    now: Date.now,
    sleep: async (milliseconds) => void (await sleep(milliseconds)),
    newId: randomUUID,
  };
}
