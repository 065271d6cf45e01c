import { createHash, type Hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { ServiceError } from '../../protocol/service-error';

/** A decoded body, and its trailing headers. */
export interface Body {
  readonly bytes: Buffer;
  readonly trailers: Readonly<Record<string, string>>;
}

const STREAMED = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

/**
 * Decodes a chunked body, and verifies a body with the signed hash. Documented: "Signature calculations for trailing headers" (Amazon S3
 * API Reference). Signed chunks are rejected by name; SDKs no longer send them by default.
 */
export function readBody(headers: Readonly<Record<string, string>>, body: Buffer): Body {
  const hash = headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD';
  if (hash === STREAMED) {
    return unchunked(headers, body);
  }
  if (hash.startsWith('STREAMING-')) {
    throw new ServiceError('NotImplemented', `The sandbox does not support x-amz-content-sha256: ${hash}`, 501);
  }
  if (hash !== 'UNSIGNED-PAYLOAD' && hash !== createHash('sha256').update(body).digest('hex')) {
    throw new ServiceError('XAmzContentSHA256Mismatch', "The provided 'x-amz-content-sha256' header does not match what was computed.");
  }
  return { bytes: body, trailers: {} };
}

function unchunked(headers: Readonly<Record<string, string>>, body: Buffer): Body {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = body.indexOf('\r\n', at);
    const size = /^[0-9a-f]{1,8}$/i.exec(body.toString('latin1', at, Math.max(at, end)))?.[0];
    if (end < 0 || size === undefined) {
      throw incomplete();
    }
    const length = Number.parseInt(size, 16);
    at = end + 2;
    if (length === 0) {
      break;
    }
    if (body.toString('latin1', at + length, at + length + 2) !== '\r\n') {
      throw incomplete();
    }
    chunks.push(body.subarray(at, at + length));
    at += length + 2;
  }
  const bytes = Buffer.concat(chunks);
  if (Number(headers['x-amz-decoded-content-length'] ?? bytes.length) !== bytes.length) {
    throw incomplete();
  }
  const lines = body
    .toString('latin1', at)
    .split('\r\n')
    .filter((line) => line !== '');
  const trailers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).trim().toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const announced = (headers['x-amz-trailer'] ?? '').split(',').map((name) => name.trim().toLowerCase());
  if (Object.keys(trailers).some((name) => !announced.includes(name)) || announced.some((name) => name !== '' && !(name in trailers))) {
    throw new ServiceError(
      'MalformedTrailerError',
      'The request contained trailing data that was not well-formed or did not conform to our published schema.',
    );
  }
  return { bytes, trailers };
}

function incomplete(): ServiceError {
  return new ServiceError('IncompleteBody', 'The request body terminated unexpectedly');
}

const SUMS: Readonly<Record<string, (bytes: Buffer) => string>> = {
  'content-md5': (bytes) => digest(createHash('md5'), bytes),
  'x-amz-checksum-sha1': (bytes) => digest(createHash('sha1'), bytes),
  'x-amz-checksum-sha256': (bytes) => digest(createHash('sha256'), bytes),
  'x-amz-checksum-crc32': (bytes) => {
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(bytes));
    return sum.toString('base64');
  },
};

/** Verifies the checksums of a body that is rewritten for the engine. */
export function verifySums(headers: Readonly<Record<string, string>>, bytes: Buffer): void {
  const given = Object.keys(headers).filter((name) => name === 'content-md5' || /^x-amz-checksum-(crc|sha)/.test(name));
  for (const name of given) {
    const sum = SUMS[name];
    if (sum === undefined) {
      throw new ServiceError('NotImplemented', `The sandbox does not support the header ${name} for this operation`, 501);
    }
    if (sum(bytes) !== headers[name]) {
      throw new ServiceError('BadDigest', `The ${name} you specified did not match what we received.`);
    }
  }
}

function digest(hash: Hash, bytes: Buffer): string {
  return hash.update(bytes).digest('base64');
}
