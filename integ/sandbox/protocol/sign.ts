import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Credentials } from '../contracts';

/** What is signed: the path with its query, as it goes over the wire. */
export interface Signable {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** For whom: the credential scope of the signature. */
export interface Scope {
  readonly service: string;
  readonly region: string;
}

/** SHA-256 in the shape that the signer asks for. */
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
    throw new Error('A digest is made once');
  }
}

/**
 * The headers of a request with its Signature Version 4, for a service that calls the endpoint without an AWS SDK.
 *
 * @param signed names of the headers that are signed, in lower case; all when absent
 */
export async function sign(
  request: Signable,
  credentials: Credentials,
  scope: Scope,
  signingDate = new Date(),
  signed?: ReadonlySet<string>,
): Promise<Record<string, string>> {
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
  const url = new URL(request.url, 'http://endpoint.invalid');
  const query: Record<string, string[]> = {};
  for (const [name, value] of url.searchParams) {
    query[name] = [...(query[name] ?? []), value];
  }
  const result = await signer.sign(
    {
      method: request.method,
      protocol: 'http:',
      hostname: url.hostname,
      path: url.pathname,
      query,
      headers: signed ? Object.fromEntries(Object.entries(request.headers).filter(([name]) => signed.has(name))) : { ...request.headers },
      body: request.body,
    },
    { signingDate, ...(signed ? { signableHeaders: new Set(signed) } : {}) },
  );
  return result.headers;
}

function bytes(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
}
