import { gunzipSync, gzipSync } from 'node:zlib';
import { isAbout, type KeyNames, mentions } from './erased-items';
import type { ErasedItems } from './request';

/** What remains of an object without the lines about some items. */
export interface Remainder {
  /** The content, compressed as before. Empty if no line is left. */
  readonly body: Buffer;
  readonly removed: number;
}

const GZIP = Buffer.from([0x1f, 0x8b]);
const NEWLINE = 0x0a;
const EMPTY_LINE = Buffer.from([NEWLINE]);

/**
 * Removes the lines about items from an object of JSON lines: what Firehose puts into quarantine, and exports of the table.
 *
 * @param areLinesCounted whether an empty line takes the place of each, so that all others keep their numbers
 * @returns undefined if no line is about them
 */
export function withoutLines(body: Buffer, items: readonly ErasedItems[], keys: KeyNames, areLinesCounted: boolean): Remainder | undefined {
  const isCompressed = body.subarray(0, 2).equals(GZIP);
  const content = isCompressed ? gunzipSync(body) : body;
  const kept: Buffer[] = [];
  let removed = 0;
  for (const line of linesOf(content)) {
    if (!isErased(line.toString(), items, keys)) kept.push(line);
    else {
      removed++;
      if (areLinesCounted) kept.push(EMPTY_LINE);
    }
  }
  if (removed === 0) return undefined;
  const remaining = Buffer.concat(kept);
  return { removed, body: isCompressed && remaining.length > 0 ? gzipSync(remaining) : remaining };
}

/** Lines with their ends, as parts of the content that are not copied: an object can have 128 MiB. */
function* linesOf(content: Buffer): Generator<Buffer> {
  for (let start = 0; start < content.length; ) {
    const end = content.indexOf(NEWLINE, start);
    const next = end === -1 ? content.length : end + 1;
    yield content.subarray(start, next);
    start = next;
  }
}

/** A record in quarantine has what was sent in `rawData`, in Base64. */
function isErased(line: string, items: readonly ErasedItems[], keys: KeyNames): boolean {
  const outer = parsed(line);
  const raw = (outer as { readonly rawData?: unknown } | undefined)?.rawData;
  if (typeof raw !== 'string') return outer === undefined ? mentions(items, line) : isAbout(items, keys, outer);
  const content = Buffer.from(raw, 'base64').toString();
  const record = parsed(content);
  return record === undefined ? mentions(items, content) : isAbout(items, keys, record);
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
