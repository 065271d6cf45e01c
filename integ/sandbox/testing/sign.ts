import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Credentials } from '../contracts';
import type { Signable } from '../protocol/signature';
import { splitTarget } from '../protocol/uri';

/** The credential scope of the signature. */
export interface Scope {
  readonly service: string;
  readonly region: string;
}

/** SHA-256 in the form that the signer requires. */
export class Sha256 {
  private readonly hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', typeof secret === 'string' ? secret : bytes(secret));
  }
  update(data: Uint8Array): void {
    this.hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }
  reset(): void {
    throw new Error('A digest can be computed only once');
  }
}

/** The headers of a request with Signature Version 4, all signed, by the signer of the AWS SDK. */
export async function sign(request: Signable, credentials: Credentials, scope: Scope): Promise<Record<string, string>> {
  const signer = new SignatureV4({
    service: scope.service,
    region: scope.region,
    credentials: {
      accessKeyId: credentials.accessKeyId,
      secretAccessKey: credentials.secretAccessKey,
      sessionToken: credentials.sessionToken,
    },
    sha256: Sha256,
    applyChecksum: false,
  });
  const { path, query: text } = splitTarget(request.url);
  const query: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    query[name] = [...(query[name] ?? []), value];
  }
  const { method, headers, body } = request;
  const result = await signer.sign({ method, protocol: 'http:', hostname: 'endpoint.invalid', path, query, headers: { ...headers }, body });
  return result.headers;
}

function bytes(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
}
