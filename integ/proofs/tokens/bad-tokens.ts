import { generateKeyPairSync, sign } from 'node:crypto';
import { encode, hmac, jws, type Members, parts, rsa } from '../../kit/jws';
import { createKey, type Jwk, type TrustedKey } from '../../kit/keys';

/** A request that must be rejected: its description and headers. */
export interface BadToken {
  readonly name: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The query string. */
  readonly query?: string;
}

export interface Material {
  /** An access token of the API's user pool and client, from signing in. */
  readonly valid: string;
  /** A token of another user, for its signature. */
  readonly another: string;
  /** Valid tokens that were never sent, so that no authorizer result is cached: one for each request with two headers. */
  readonly unused: readonly [string, string, string, string, string];
  readonly idToken: string;
  /** Access tokens of another client of the pool, and of another pool. */
  readonly otherClient: string;
  readonly otherPool: string;
  readonly trusted: TrustedKey;
  readonly poolKeys: readonly Jwk[];
  readonly tenantClaim: string;
  readonly tierClaim: string;
}

/** Each token has one defect. Tokens that the trusted key signs are valid in every other respect. */
export function badTokens(material: Material): BadToken[] {
  const { valid, another, unused, idToken, otherClient, otherPool } = material;
  const bearer = (name: string, token: string): BadToken => ({ name, headers: [['Authorization', `Bearer ${token}`]] });
  const sent = (name: string, ...values: string[]): BadToken => ({
    name,
    headers: values.map((value) => ['Authorization', value] as const),
  });
  const [head, body, signature] = valid.split('.');
  return [
    ...algorithms(material).map(([name, token]) => bearer(name, token)),
    ...claims(material).map(([name, token]) => bearer(name, token)),
    ...keyNames(material).map(([name, token]) => bearer(name, token)),
    bearer('the id token of the same user', idToken),
    bearer('of another client of the pool', otherClient),
    bearer('of another pool', otherPool),
    bearer(
      'with the tenant changed after signing',
      `${head}.${encode({ ...parts(valid).claims, [material.tenantClaim]: 'school-02' })}.${signature}`,
    ),
    bearer('with the signature of another token', `${head}.${body}.${parts(another).signature}`),
    bearer('without a signature', `${head}.${body}.`),
    bearer('with half a signature', `${head}.${body}.${signature.slice(0, 100)}`),
    bearer('with a changed signature', `${head}.${body}.${signature.slice(0, -4)}AAAA`),
    bearer('of two parts', `${head}.${body}`),
    bearer('of four parts', `${valid}.${signature}`),
    bearer('of five parts, as an encrypted one has', `${head}.${body}.${signature}.${body}.${signature}`),
    bearer('of empty parts', '..'),
    bearer('that is not JSON', `${encode('not json')}.${encode('not json')}.${signature}`),
    bearer('of arrays', `${encode([])}.${encode([])}.${signature}`),
    bearer('that is null', `${encode(null)}.${encode(null)}.${signature}`),
    bearer('with characters outside base64url', `${valid}\u00a0`),
    bearer('of 9 KB', jws(header(material), { ...parts(valid).claims, padding: 'x'.repeat(6_500) }, rsa(material.trusted.privateKey))),
    bearer('of 9 KB that is not a token', 'x'.repeat(9_000)),
    sent('no header'),
    sent('an empty header', ''),
    sent('a scheme only', 'Bearer'),
    sent('a scheme and a space', 'Bearer '),
    sent('without a scheme', valid),
    sent('as a password', `Basic ${valid}`),
    sent('as a password of the user', `Basic ${Buffer.from(`user:${valid}`).toString('base64')}`),
    sent('in quotes', `Bearer "${valid}"`),
    sent('after a comma', `Bearer ,${valid}`),
    sent('two in one header', `Bearer ${valid}, Bearer ${valid}`),
    sent('two in one header, the second changed', `Bearer ${valid} ${valid.slice(0, -4)}AAAA`),
    sent('in two headers', `Bearer ${unused[0]}`, `Bearer ${unused[0]}`),
    sent('in two headers of two users', `Bearer ${another}`, `Bearer ${unused[1]}`),
    sent('in two headers, the first invalid', 'Bearer none', `Bearer ${unused[2]}`),
    sent('in two headers, the second invalid', `Bearer ${unused[3]}`, 'Bearer none'),
    {
      name: 'in two headers of different case',
      headers: [
        ['Authorization', `Bearer ${another}`],
        ['AUTHORIZATION', `Bearer ${unused[4]}`],
      ],
    },
    { name: 'in another header', headers: [['X-Authorization', `Bearer ${valid}`]] },
    { name: 'as an API key', headers: [['x-api-key', valid]] },
    { name: 'in a cookie', headers: [['Cookie', `access_token=${valid}; Authorization=Bearer ${valid}`]] },
    { name: 'in the query string', headers: [], query: `?access_token=${valid}&Authorization=Bearer%20${valid}` },
    { name: 'in Proxy-Authorization', headers: [['Proxy-Authorization', `Bearer ${valid}`]] },
  ];
}

function header({ trusted }: Material): Members {
  return { alg: 'RS256', kid: trusted.kid };
}

/** Tokens with a signature algorithm that no pool uses. */
function algorithms({ valid, trusted, poolKeys }: Material): [string, string][] {
  const { claims: own } = parts(valid);
  const [poolKey] = poolKeys;
  const pem = trusted.publicKey.export({ format: 'pem', type: 'spki' });
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const edwards = generateKeyPairSync('ed25519').privateKey;
  const none = () => '';
  const kid = trusted.kid;
  const pss = (content: string) =>
    sign('sha256', Buffer.from(content), { key: trusted.privateKey, padding: 6, saltLength: 32 }).toString('base64url');
  return [
    ...['none', 'None', 'NONE', 'nOnE'].map((alg): [string, string] => [`of the algorithm ${alg}`, jws({ alg, kid }, own, none)]),
    ['of no algorithm', jws({ kid }, own, rsa(trusted.privateKey))],
    ['HS256 with the public key as PEM', jws({ alg: 'HS256', kid }, own, hmac(pem))],
    ['HS256 with the modulus', jws({ alg: 'HS256', kid: poolKey.kid }, own, hmac(Buffer.from(String(poolKey.n), 'base64url')))],
    ['HS256 with an empty secret', jws({ alg: 'HS256', kid: poolKey.kid }, own, hmac(''))],
    ['RS256 signed as HS256', jws({ alg: 'HS256', kid }, own, rsa(trusted.privateKey))],
    ['RS384', jws({ alg: 'RS384', kid }, own, rsa(trusted.privateKey, 'sha384'))],
    ['RS512', jws({ alg: 'RS512', kid }, own, rsa(trusted.privateKey, 'sha512'))],
    ['PS256', jws({ alg: 'PS256', kid }, own, pss)],
    [
      'ES256',
      jws({ alg: 'ES256', kid }, own, (content) =>
        sign('sha256', Buffer.from(content), { key: elliptic, dsaEncoding: 'ieee-p1363' }).toString('base64url'),
      ),
    ],
    ['EdDSA', jws({ alg: 'EdDSA', kid }, own, (content) => sign(null, Buffer.from(content), edwards).toString('base64url'))],
    ['with an unknown critical extension', jws({ alg: 'RS256', kid, crit: ['exp2'], exp2: 1 }, own, rsa(trusted.privateKey))],
    ['whose payload is not encoded (b64)', jws({ alg: 'RS256', kid, crit: ['b64'], b64: false }, own, rsa(trusted.privateKey))],
  ];
}

/** Tokens signed by the trusted key, with one wrong claim. */
function claims(material: Material): [string, string][] {
  const { valid, trusted, tenantClaim, tierClaim } = material;
  const { claims: own } = parts(valid);
  const now = Math.floor(Date.now() / 1000);
  const issuer = String(own.iss);
  const wrong: [string, Members][] = [
    ['expired a second ago', { exp: now - 1 }],
    ['expired a day ago', { exp: now - 86_400 }],
    ['without an expiry', { exp: undefined }],
    ['with an expiry that is text', { exp: 'tomorrow' }],
    ['with an expiry that is not a number', { exp: null }],
    ['not yet valid', { nbf: now + 3_600 }],
    ['without an issuer', { iss: undefined }],
    ['of an issuer in another Region', { iss: issuer.replace(/us-east-1/g, 'eu-west-1') }],
    ['of an issuer without TLS', { iss: issuer.replace('https', 'http') }],
    ['of an issuer with a trailing slash', { iss: `${issuer}/` }],
    ['of an issuer in capitals', { iss: issuer.toUpperCase() }],
    ['of an unrelated issuer', { iss: 'https://accounts.example' }],
    ['of several issuers', { iss: [issuer] }],
    ['without a client', { client_id: undefined }],
    ['of an unknown client', { client_id: 'unknown' }],
    ['of an empty client', { client_id: '' }],
    ['with the client as audience only', { client_id: undefined, aud: own.client_id }],
    ['with token_use id', { token_use: 'id' }],
    ['with token_use refresh', { token_use: 'refresh' }],
    ['without token_use', { token_use: undefined }],
    ['with token_use in capitals', { token_use: 'ACCESS' }],
    ['without a tenant', { [tenantClaim]: undefined }],
    ['with an empty tenant', { [tenantClaim]: '' }],
    ['with a tenant in capitals', { [tenantClaim]: 'SCHOOL-01' }],
    ['with a separator in the tenant', { [tenantClaim]: 'school-01#STUDENT' }],
    ['with a wildcard for a tenant', { [tenantClaim]: '*' }],
    ['with a wildcard in the tenant', { [tenantClaim]: 'school-0?' }],
    ['with a path for a tenant', { [tenantClaim]: '../school-02' }],
    ['with two tenants', { [tenantClaim]: ['school-01', 'school-02'] }],
    ['with an object for a tenant', { [tenantClaim]: { id: 'school-01' } }],
    ['with a number for a tenant', { [tenantClaim]: 101 }],
    ['with a tenant and a line break', { [tenantClaim]: 'school-01\n' }],
    ['with a tenant of look-alike letters', { [tenantClaim]: 'sсhool-01' }],
    ['with a tenant that is too long', { [tenantClaim]: 's'.repeat(65) }],
    ['of a tenant that was not onboarded', { [tenantClaim]: 'ghost-school' }],
    ['without a tier', { [tierClaim]: undefined }],
    ['of an unknown tier', { [tierClaim]: 'unlimited' }],
  ];
  return wrong.map(([name, change]) => [name, jws(header(material), { ...own, ...change }, rsa(trusted.privateKey))]);
}

/** Tokens signed by a key that is not the pool's, or that the token itself contains. */
function keyNames({ valid, trusted, poolKeys }: Material): [string, string][] {
  const { claims: own } = parts(valid);
  const unknown = createKey('unknown');
  const by = (more: Members) => jws({ alg: 'RS256', ...more }, own, rsa(unknown.privateKey));
  return [
    ['of an unknown key', by({ kid: 'unknown' })],
    ['of no key', by({})],
    ['of an empty key', by({ kid: '' })],
    ['of a key by path', by({ kid: '../../../../dev/null' })],
    ['of a key that is a list', by({ kid: [trusted.kid] })],
    ['signed by another key, with the pool’s key id', by({ kid: poolKeys[0].kid })],
    ['signed by another key, with the trusted key’s id', by({ kid: trusted.kid })],
    ['with its own key (jwk)', by({ kid: trusted.kid, jwk: unknown.jwk })],
    ['with the URL of its own keys (jku)', by({ kid: 'unknown', jku: 'https://keys.example/jwks.json' })],
    ['with its own certificate (x5c)', by({ kid: 'unknown', x5u: 'https://keys.example/key.pem', x5c: ['MIIB'] })],
    ['with a key id from the object prototype', by({ kid: '__proto__' })],
  ];
}
