import { createHash, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { JsonObject } from '../../contracts';
import type { SandboxContext } from '../../service-module';
import type { DeliveredFile } from './digests';
import { folderOf, type TrailFiles } from './files';
import type { Trail } from './trail';

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

/** Collects the events of a trail, compressed, and writes at most one file in five minutes of the clock. */
export function openDelivery(
  context: SandboxContext,
  trail: Trail,
  { files, delivered }: { readonly files: TrailFiles; readonly delivered: (file: DeliveredFile) => void },
): Delivery {
  const { assembly, clock, report } = context;
  const stop = new AbortController();
  let text: string[] = [];
  let textBytes = 0;
  let events = 0;
  let times: string[] = [];
  let hash = createHash('sha256');
  let parts: Buffer[] = [];
  let partBytes = 0;
  let working: Promise<void> = Promise.resolve();
  let isWaiting = false;
  let undelivered = 0;

  /** Each part is a member of its own: a file of several members is one gzip file. */
  function compress(end = ''): void {
    const chunk = text.join('') + end;
    [text, textBytes] = [[], 0];
    hash.update(chunk);
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
    const [oldest = '', newest = oldest] = [times[0], times.at(-1)];
    const file = { hash: hash.digest('hex'), oldest, newest };
    [times, hash] = [[], createHash('sha256')];
    working = working.then(() => put(file)).catch((error: Error) => failed(count, error));
    await working;
  }

  async function put(file: Omit<DeliveredFile, 'name'>): Promise<void> {
    const body = Buffer.concat(parts);
    [parts, partBytes] = [[], 0];
    const at = new Date(clock.now()).toISOString();
    const day = at.slice(0, 10).replaceAll('-', '/');
    const stamp = `${at.slice(0, 16).replaceAll(/[-:]/g, '')}Z`;
    const unique = randomBytes(12).toString('base64url').replaceAll(/[-_]/g, '0');
    const folder = folderOf(context, trail, 'CloudTrail');
    const name = `${folder}/${day}/${assembly.account}_CloudTrail_${assembly.region}_${stamp}_${unique}.json.gz`;
    await files.put(name, body);
    delivered({ name, ...file });
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
      const time = String(event.eventTime);
      // The first and the last: events come in the order of their times.
      times = [times[0] ?? time, time];
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
