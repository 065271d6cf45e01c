import { createHmac, type KeyObject, sign } from 'node:crypto';

export type Members = Readonly<Record<string, unknown>>;

/** A compact JWS; `sign` computes the third part from the first two. */
export function jws(header: Members, claims: Members, signature: (content: string) => string): string {
  const content = `${encode(header)}.${encode(claims)}`;
  return `${content}.${signature(content)}`;
}

export function encode(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

export function rsa(key: KeyObject, digest = 'sha256'): (content: string) => string {
  return (content) => sign(digest, Buffer.from(content), key).toString('base64url');
}

export function hmac(secret: string | Buffer): (content: string) => string {
  return (content) => createHmac('sha256', secret).update(content).digest('base64url');
}

/** Header, claims and signature of a token. */
export function parts(token: string): { header: Members; claims: Members; signature: string } {
  const [header, claims, signature] = token.split('.');
  const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Members;
  return { header: decode(header), claims: decode(claims), signature };
}
