import { createHash } from 'node:crypto';
import { MOST_BYTES_OF_REPORT } from '../limits';
import type { Owner, ReportStore } from './report-store';
import { type ReportText, readReport } from './report-text';

/** What is sent, or why it cannot be. */
export type Payload = Pick<ReportText, 'rows'> & {
  readonly payloadKey: string;
  readonly payloadHash: string;
  readonly bytes: number;
  readonly problem?: string;
  /** Whether S3 does not give the file. */
  readonly isUnreadable?: boolean;
};

/** A file that the source wrote. */
export interface PayloadFile {
  readonly key: string;
  /** As a listing shows it. */
  readonly bytes?: number;
  /** Why it cannot be sent, if its name says so. */
  readonly problem?: string;
}

/** The hash of a payload that is too large to be read, or cannot be read. */
const NOT_READ = '0'.repeat(64);

/** Reads a file of the source, and stores what is sent of it under its hash. */
export async function payloadOf(
  owner: Owner,
  file: PayloadFile,
  { store, hasBody }: { readonly store: Pick<ReportStore, 'readSource' | 'putPayload'>; readonly hasBody: boolean },
): Promise<Payload> {
  const { key: payloadKey, bytes = 0 } = file;
  const found = bytes > MOST_BYTES_OF_REPORT ? { tooLarge: bytes } : await store.readSource(payloadKey);
  if ('tooLarge' in found) {
    const problem = `the report has ${found.tooLarge} bytes: expected at most ${MOST_BYTES_OF_REPORT}`;
    return { payloadKey, payloadHash: NOT_READ, bytes: found.tooLarge, problem };
  }
  if ('unreadable' in found) {
    const problem = `its file cannot be read: S3 answers ${found.unreadable}`;
    return { payloadKey, payloadHash: NOT_READ, bytes, problem, isUnreadable: true };
  }
  const { content, notMade } = found;
  if (notMade !== undefined) {
    const payloadHash = createHash('sha256').update(content).digest('hex');
    return { payloadKey, payloadHash, bytes: content.length, problem: `the source could not make it: ${notMade.slice(0, 500)}` };
  }
  const read = sendable(content, hasBody);
  const put = await store.putPayload(owner, read.text ?? content);
  const { rows, problem = file.problem } = read;
  return { payloadKey: put.key, payloadHash: put.hash, bytes: put.bytes, ...(rows === undefined ? {} : { rows }), problem };
}

type Read = Partial<ReportText> & { readonly problem?: string };

function sendable(content: Uint8Array, hasBody: boolean): Read {
  const text = decoded(content);
  if (text === undefined) return { problem: 'the report is not UTF-8' };
  try {
    return readReport(text, hasBody, 'the report');
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

/** JSON is UTF-8. Bytes that are none would be replaced by another character. */
function decoded(content: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
}
