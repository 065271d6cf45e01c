import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Endpoint {
  readonly url: string;
  /** The private key that signs the pool's tokens, in PEM. */
  readonly privateKey: string;
  close(): void;
}

const directory = {
  Query: { pk: { S: 'USER#user' }, sk: { S: 'MEMBERSHIP' }, user: { S: 'user' }, tenant: { S: 'school-01' } },
  GetItem: {
    pk: { S: 'TENANT#school-01' },
    sk: { S: 'TENANT' },
    tenant: { S: 'school-01' },
    tier: { S: 'standard' },
    state: { S: 'active' },
  },
};

/** Answers the AWS calls of handlers at once and always alike, so that they add no cost to the measurement. */
export async function openEndpoint(): Promise<Endpoint> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'key', alg: 'RS256', use: 'sig' };
  const answers: Readonly<Record<string, string>> = {
    GetSecretValue: JSON.stringify({ SecretString: 's'.repeat(64) }),
    BatchExecuteStatement: JSON.stringify({ Responses: Array.from({ length: 25 }, () => ({ TableName: 'visits' })) }),
    Query: JSON.stringify({ Items: [directory.Query], Count: 1 }),
    GetItem: JSON.stringify({ Item: directory.GetItem }),
  };
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1];
      if (request.url?.endsWith('/jwks.json')) response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
      else if (operation !== undefined) response.setHeader('content-type', 'application/x-amz-json-1.0').end(answers[operation] ?? '{}');
      else response.setHeader('content-type', 'text/xml').end(ASSUMED);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    close: () => void server.close().closeAllConnections(),
  };
}

const ASSUMED = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>AKIAMEASURED</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>
<Expiration>2096-10-02T07:06:40Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
