import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { Audit, AuditObject } from '../../src/resilient-gov-sync/lambda/audit';

/** A put that the bucket received. */
export interface Put {
  readonly Key: string;
  readonly ObjectLockMode?: string;
  readonly ObjectLockRetainUntilDate?: Date;
}

/** A bucket of the audit in memory: it keeps to If-None-Match, and lists in the order of S3, in pages of two. */
export function auditInMemory(): {
  readonly audit: Audit;
  readonly stored: Map<string, string>;
  readonly puts: Put[];
  fail(error: Error): void;
} {
  const stored = new Map<string, string>();
  const puts: Put[] = [];
  const failures: Error[] = [];
  const send = async (command: unknown): Promise<unknown> => {
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    if (command instanceof PutObjectCommand) {
      const { Key = '', Body, IfNoneMatch } = command.input;
      if (IfNoneMatch === '*' && stored.has(Key)) throw s3Error('PreconditionFailed', 412);
      puts.push(command.input as Put);
      stored.set(Key, String(Body));
      return {};
    }
    if (command instanceof GetObjectCommand) {
      const text = stored.get(command.input.Key ?? '');
      if (text === undefined) throw s3Error('NoSuchKey', 404);
      return { Body: { transformToString: async () => text } };
    }
    if (command instanceof ListObjectsV2Command) {
      const { Prefix = '', ContinuationToken: after = '' } = command.input;
      const keys = [...stored.keys()].filter((key) => key.startsWith(Prefix) && key > after).sort();
      const page = keys.slice(0, 2);
      return { Contents: page.map((Key) => ({ Key })), ...(keys.length > 2 ? { NextContinuationToken: page[1] } : {}) };
    }
    throw new Error('The audit does not use this command.');
  };
  const audit = { bucket: 'audit-bucket', s3: { send } as unknown as S3Client, retentionDays: 3_653 };
  return { audit, stored, puts, fail: (error) => failures.push(error) };
}

export function s3Error(name: string, httpStatusCode: number): Error {
  return new S3ServiceException({ name, $fault: 'client', $metadata: { httpStatusCode }, message: name });
}

export function objectsOf(stored: ReadonlyMap<string, string>): AuditObject[] {
  return [...stored].map(([key, text]) => ({ key, text }));
}
