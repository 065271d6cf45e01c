import { generateKeyPairSync, sign } from 'node:crypto';

/** Issues the tokens that `examples/school-platform` accepts; the private key lives as long as the process. */
export interface TokenIssuer {
  /** DER (SPKI) in base64, as the example takes it. */
  readonly publicKey: string;
  token(school: string): string;
}

export function createTokenIssuer(): TokenIssuer {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const header = encode({ alg: 'EdDSA', typ: 'JWT' });
  return {
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    token(school) {
      const content = `${header}.${encode({ school, exp: Math.floor(Date.now() / 1000) + 3600 })}`;
      return `${content}.${sign(null, Buffer.from(content), privateKey).toString('base64url')}`;
    },
  };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
