import { createHash, generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { SandboxContext } from '../../service-module';
import { folderOf, type TrailFiles } from './files';
import type { Trail } from './trail';

/** Documented: "Validating CloudTrail log file integrity": each hour, also when nothing was called. */
const INTERVAL_MS = 3_600_000;
const BITS = 2_048;

const zip = promisify(gzip);
const keyPair = promisify(generateKeyPair);

/** A file of events that was delivered. */
export interface DeliveredFile {
  readonly name: string;
  /** SHA-256 of its text, in hexadecimal. */
  readonly hash: string;
  /** Times of events, as they are in them. */
  readonly oldest: string;
  readonly newest: string;
}

/** The digest files of one trail. */
export interface Digests {
  delivered(file: DeliveredFile): void;
  /** Writes the last one: documented in the same place, for a trail that stops logging. */
  stop(): Promise<void>;
  start(): void;
  close(): Promise<void>;
}

/** The key pair of the Region, which is generated when the first digest is signed. */
export interface DigestKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** MD5 of the public key. */
  readonly fingerprint: string;
}

export function digestKey(): () => Promise<DigestKey> {
  let made: Promise<DigestKey> | undefined;
  return () => {
    made ??= keyPair('rsa', { modulusLength: BITS }).then(({ privateKey, publicKey }) => ({
      ...{ privateKey, publicKey },
      fingerprint: createHash('md5')
        .update(publicKey.export({ type: 'pkcs1', format: 'der' }))
        .digest('hex'),
    }));
    return made;
  };
}

interface Written {
  readonly name: string;
  readonly hash: string;
  readonly signature: string;
}

/** Writes a digest each hour of the clock: the files since the last one, with their hashes, and the hash and the signature of that one. */
export function openDigests(context: SandboxContext, trail: Trail, files: TrailFiles, key: () => Promise<DigestKey>): Digests {
  const { clock, report } = context;
  const stop = new AbortController();
  let open: DeliveredFile[] = [];
  let last: Written | undefined;
  let start = clock.now();
  let isStopped = false;

  async function write(): Promise<void> {
    const end = clock.now();
    const listed = open;
    const own = await key();
    const { name, text } = digestOf(context, trail, { listed, last, start, end, fingerprint: own.fingerprint });
    const hash = hashOf(text);
    const signature = signatureOf(own, [timeOf(end), `${trail.bucket}/${name}`, hash, last?.signature ?? 'null']);
    await files.put(name, await zip(text), { signature, 'signature-algorithm': 'SHA256withRSA' });
    open = open.slice(listed.length);
    [last, start] = [{ name, hash, signature }, end];
  }

  const working = (async () => {
    for (;;) {
      // A digest that could not be written is part of the next one.
      await clock.watch(INTERVAL_MS, stop.signal);
      if (!isStopped) await attempt();
    }
  })().catch(() => undefined);

  async function attempt(): Promise<void> {
    await write().catch((error: Error) => report(`${trail.name}: no digest is delivered: ${error.message}`));
  }

  return {
    delivered: (file) => open.push(file),
    async stop() {
      isStopped = true;
      await attempt();
    },
    start() {
      isStopped = false;
      start = clock.now();
    },
    async close() {
      stop.abort(new Error('The sandbox is closing'));
      await working;
    },
  };
}

interface DigestParts {
  readonly listed: readonly DeliveredFile[];
  readonly last: Written | undefined;
  readonly start: number;
  readonly end: number;
  readonly fingerprint: string;
}

/** Documented: "CloudTrail digest file structure". */
function digestOf(context: SandboxContext, trail: Trail, { listed, last, start, end, fingerprint }: DigestParts) {
  const { account, region } = context.assembly;
  const stamp = timeOf(end).replaceAll(/[-:]/g, '');
  const day = timeOf(end).slice(0, 10).replaceAll('-', '/');
  const file = `${account}_CloudTrail-Digest_${region}_${trail.name}_${region}_${stamp}.json.gz`;
  const name = `${folderOf(context, trail, 'CloudTrail-Digest')}/${day}/${file}`;
  const times = listed.flatMap(({ oldest, newest }) => [oldest, newest]).sort();
  const text = JSON.stringify({
    awsAccountId: account,
    digestStartTime: timeOf(start),
    digestEndTime: timeOf(end),
    digestS3Bucket: trail.bucket,
    digestS3Object: name,
    digestPublicKeyFingerprint: fingerprint,
    digestSignatureAlgorithm: 'SHA256withRSA',
    newestEventTime: times.at(-1) ?? null,
    oldestEventTime: times[0] ?? null,
    previousDigestS3Bucket: last === undefined ? null : trail.bucket,
    previousDigestS3Object: last?.name ?? null,
    previousDigestHashValue: last?.hash ?? null,
    previousDigestHashAlgorithm: last === undefined ? null : 'SHA-256',
    previousDigestSignature: last?.signature ?? null,
    logFiles: listed.map((one) => ({
      ...{ s3Bucket: trail.bucket, s3Object: one.name, hashValue: one.hash, hashAlgorithm: 'SHA-256' },
      ...{ newestEventTime: one.newest, oldestEventTime: one.oldest },
    })),
  });
  return { name, text };
}

/** Documented: "Custom implementations of CloudTrail log file integrity validation": what is signed are these, line by line. */
function signatureOf({ privateKey }: DigestKey, lines: readonly string[]): string {
  return sign('sha256', Buffer.from(lines.join('\n')), privateKey).toString('hex');
}

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const timeOf = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
