import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { JsonObject } from '../../contracts';
import { ownKeyCheck } from '../../iam/keys';
import { uriEncodePath } from '../../protocol/uri';
import type { SandboxContext } from '../../service-module';
import { callerWith } from '../../streams/service-caller';
import type { Trail } from './trail';

const SERVICE = 'cloudtrail.amazonaws.com';
/** CloudTrail delivers "within an average of about 5 minutes of an API call". */
const INTERVAL_MS = 300_000;
/** The size of the text that is compressed at once. */
const CHUNK_BYTES = 1_048_576;
/** The size of compressed events after which a file is written earlier. */
const FILE_BYTES = 33_554_432;

const zip = promisify(gzip);

/** Files of one trail. */
export interface Delivery {
  accept(event: JsonObject): void;
  flush(): Promise<void>;
  /** Events that are in no file, because CloudTrail may not deliver. */
  readonly undelivered: number;
  close(): Promise<void>;
}

/**
 * Checks what CloudTrail checks when a trail is created: whether its service may write into the bucket and use the key.
 *
 * @throws with its message
 */
export function requirePermissions(context: SandboxContext, trail: Trail): void {
  const { assembly } = context;
  const bucket = `arn:${assembly.partition}:s3:::${trail.bucket}`;
  const acl = { action: 's3:GetBucketAcl', resource: bucket, context: {} };
  if (context.endpoint.denial({ service: SERVICE, sourceArn: trail.arn }, acl) !== undefined) {
    throw new Error(`InsufficientS3BucketPolicyException: Incorrect S3 bucket policy is detected for bucket: ${trail.bucket}`);
  }
  const denied = deniedAt(context, trail, `${folderOf(context, trail)}/file.json.gz`);
  if (denied !== undefined) throw new Error(denied);
}

/** Why CloudTrail may not write an object, in its words. */
function deniedAt({ assembly, endpoint }: SandboxContext, { arn, bucket, key }: Trail, name: string): string | undefined {
  const caller = { service: SERVICE, sourceArn: arn };
  const object = `arn:${assembly.partition}:s3:::${bucket}/${name}`;
  const put = { action: 's3:PutObject', resource: object, context: { 's3:x-amz-acl': 'bucket-owner-full-control' } };
  if (endpoint.denial(caller, put) !== undefined) {
    return `InsufficientS3BucketPolicyException: Incorrect S3 bucket policy is detected for bucket: ${bucket}`;
  }
  const use = key === undefined ? undefined : ownKeyCheck('kms:GenerateDataKey', key, { 'aws:cloudtrail:arn': arn, 'aws:s3:arn': object });
  return use !== undefined && endpoint.denial(caller, use) !== undefined
    ? `InsufficientEncryptionPolicyException: Insufficient permissions to access S3 bucket ${bucket} or KMS key ${key}.`
    : undefined;
}

function folderOf({ assembly: { account, region } }: SandboxContext, { prefix }: Trail): string {
  return `${prefix}AWSLogs/${account}/CloudTrail/${region}`;
}

/** Collects the events of a trail, compressed, and writes at most one file in five minutes of the clock. */
export function openDelivery(context: SandboxContext, trail: Trail): Delivery {
  const { assembly, clock, endpoint, report } = context;
  const stop = new AbortController();
  // The policies of CloudTrail are checked before; then the file is written for it.
  const writer = callerWith(endpoint, assembly.region, () => endpoint.administrator());
  let text: string[] = [];
  let textBytes = 0;
  let events = 0;
  let parts: Buffer[] = [];
  let partBytes = 0;
  let working: Promise<void> = Promise.resolve();
  let isWaiting = false;
  let undelivered = 0;

  /** Each part is a member of its own: a file of several members is one gzip file. */
  function compress(end = ''): void {
    const chunk = text.join('') + end;
    [text, textBytes] = [[], 0];
    working = working.then(async () => {
      const part = await zip(chunk);
      parts.push(part);
      partBytes += part.length;
    });
  }

  async function write(): Promise<void> {
    if (events === 0) return;
    const count = events;
    events = 0;
    compress(']}');
    working = working.then(() => put(count)).catch((error: Error) => failed(count, error));
    await working;
  }

  async function put(count: number): Promise<void> {
    const body = Buffer.concat(parts);
    [parts, partBytes] = [[], 0];
    const at = new Date(clock.now()).toISOString();
    const day = at.slice(0, 10).replaceAll('-', '/');
    const stamp = `${at.slice(0, 16).replaceAll(/[-:]/g, '')}Z`;
    const unique = randomBytes(12).toString('base64url').replaceAll(/[-_]/g, '0');
    const name = `${folderOf(context, trail)}/${day}/${assembly.account}_CloudTrail_${assembly.region}_${stamp}_${unique}.json.gz`;
    const denied = deniedAt(context, trail, name);
    if (denied !== undefined) return failed(count, new Error(denied));
    const encryption: Record<string, string> =
      trail.key === undefined
        ? {}
        : { 'x-amz-server-side-encryption': 'aws:kms', 'x-amz-server-side-encryption-aws-kms-key-id': trail.key };
    const headers = {
      'content-type': 'application/json',
      'content-encoding': 'gzip',
      'x-amz-acl': 'bucket-owner-full-control',
      ...encryption,
    };
    await writer.send('s3', { method: 'PUT', url: `/${trail.bucket}/${uriEncodePath(name)}`, headers, body });
  }

  function failed(count: number, error: Error): void {
    [parts, partBytes] = [[], 0];
    undelivered += count;
    if (!stop.signal.aborted) report(`${trail.name}: ${count} events are not delivered: ${error.message}`);
  }

  async function wait(): Promise<void> {
    isWaiting = true;
    try {
      await clock.watch(INTERVAL_MS, stop.signal);
      isWaiting = false;
      await write();
    } catch {
      // The sandbox is closing.
    }
  }

  return {
    accept(event) {
      const line = `${events === 0 ? '{"Records":[' : ','}${JSON.stringify(event)}`;
      events++;
      text.push(line);
      textBytes += line.length;
      if (textBytes > CHUNK_BYTES) compress();
      if (partBytes > FILE_BYTES) void write();
      if (!isWaiting) void wait();
    },
    flush: write,
    get undelivered() {
      return undelivered;
    },
    async close() {
      stop.abort(new Error('The sandbox is closing'));
      await working.catch(() => undefined);
    },
  };
}
