import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import { listen } from '../sandbox/process/loopback';

export interface Jwk {
  readonly kid: string;
  readonly [member: string]: unknown;
}

/** A key that is added to the pool's JWKS: tokens signed with it can have exactly one defect. */
export interface TrustedKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly jwk: Jwk;
}

export function createKey(kid: string): TrustedKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { kid, privateKey, publicKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' } };
}

export async function fetchKeys(poolUrl: string, userPoolId: string): Promise<Jwk[]> {
  const response = await fetch(`${poolUrl}/${userPoolId}/.well-known/jwks.json`);
  return ((await response.json()) as { keys: Jwk[] }).keys;
}

/** Serves the JWKS of pools at the address that a function reads. */
export async function serveKeys(keys: ReadonlyMap<string, readonly Jwk[]>): Promise<{ origin: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const found = keys.get(/^\/([^/]+)\/\.well-known\/jwks\.json$/.exec(request.url ?? '')?.[1] ?? '');
    response.writeHead(found ? 200 : 404, { 'Content-Type': 'application/json' }).end(JSON.stringify({ keys: found ?? [] }));
  });
  return listen(server);
}
