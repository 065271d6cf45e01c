import { fork } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { median, round } from '../kit/statistics';
import { nodeRuntime } from '../sandbox/engines';
import { atMost, type Figures } from './figures';

const ROOT = resolve(__dirname, '..', '..');
const HANDLER = join(ROOT, 'assets', 'tenant-isolated-api', 'authorizer', 'index.js');
const POOL = 'us-east-1_benchmark';
const CLIENT = 'benchmark';
/** The number of decisions in one round, each for a different token. */
const EVENTS = 2_000;
const ROUNDS = 5;

/** The time of the authorizer for a request without a cached result. */
export async function authorizer(report: (line: string) => void): Promise<Figures> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'key', alg: 'RS256', use: 'sig' };
  // Serves what the function loads when it starts: the keys of the pool, and the secret.
  const server = createServer((request, response) => {
    const keys = request.url === `/${POOL}/.well-known/jwks.json`;
    response.setHeader('content-type', keys ? 'application/json' : 'application/x-amz-json-1.1');
    request.resume().on('end', () => response.end(JSON.stringify(keys ? { keys: [jwk] } : { SecretString: 's'.repeat(64) })));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const egress = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const child = fork(join(__dirname, 'authorizer', 'host.mjs'), [HANDLER], {
    execPath: await nodeRuntime('nodejs24.x', report),
    execArgv: ['--require', join(ROOT, 'integ', 'sandbox', 'services', 'lambda', 'runtime', 'network.cjs')],
    env: { PATH: process.env.PATH, SANDBOX_EGRESS: egress, ...environment() },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  try {
    await nextMessage(child);
    const token = (number: number) => signed({ exp: Math.floor(Date.now() / 1000) + 3_600, jti: String(number) }, privateKey);
    const p50: number[] = [];
    const p95: number[] = [];
    for (let turn = 0; turn <= ROUNDS; turn++) {
      const events = Array.from({ length: EVENTS }, (_, number) => event(token(turn * EVENTS + number)));
      child.send(events);
      const { milliseconds = [] } = await nextMessage(child);
      const sorted = [...milliseconds].sort((a, b) => a - b);
      // The first round is a warm-up.
      if (turn === 0) continue;
      p50.push(sorted[EVENTS / 2]);
      p95.push(sorted[Math.ceil(0.95 * EVENTS) - 1]);
      report(`round ${turn} of ${ROUNDS}`);
    }
    const [middle, high] = [round(median(p50), 3), round(median(p95), 3)];
    return {
      title: 'Authorizer',
      method: [
        `The bundle on Node 24 in a process of its own, ${EVENTS} decisions a round, each on a token of its own; the median of ${ROUNDS} rounds after one that warms up.`,
        'Verification of the signature (RS256) and of the claims, and the derivation of the key; nothing is fetched once the function is warm.',
      ],
      rows: [{ name: 'a decision, warm', values: { 'p50 ms': middle, 'p95 ms': high } }],
      goals: [atMost('a decision of the authorizer, warm, p95 ms', high, 5)],
    };
  } finally {
    child.disconnect();
    server.close();
    server.closeAllConnections();
  }
}

async function nextMessage(child: ReturnType<typeof fork>): Promise<{ readonly milliseconds?: number[] }> {
  const [message] = (await once(child, 'message')) as [{ readonly milliseconds?: number[]; readonly error?: string }];
  if (message.error !== undefined) throw new Error(`the authorizer failed: ${message.error}`);
  return message;
}

function environment(): Record<string, string> {
  return {
    USER_POOL_ID: POOL,
    CLIENT_IDS: JSON.stringify([CLIENT]),
    TENANT_CLAIM: 'custom:school_id',
    TIER_CLAIM: 'custom:tier',
    TIERS: JSON.stringify(['standard']),
    SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:benchmark',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'benchmark',
    AWS_SECRET_ACCESS_KEY: 'benchmark',
  };
}

function signed(claims: object, key: Parameters<typeof sign>[2]): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const own = {
    iss: `https://cognito-idp.us-east-1.amazonaws.com/${POOL}`,
    sub: 'user',
    token_use: 'access',
    client_id: CLIENT,
    'custom:school_id': 'school-01',
    'custom:tier': 'standard',
  };
  const content = `${encode({ alg: 'RS256', kid: 'key' })}.${encode({ ...own, ...claims })}`;
  return `${content}.${sign('sha256', Buffer.from(content), key).toString('base64url')}`;
}

function event(token: string): object {
  return {
    methodArn: 'arn:aws:execute-api:us-east-1:123456789012:api/prod/GET/echo',
    multiValueHeaders: { Authorization: [`Bearer ${token}`] },
    requestContext: { requestId: 'benchmark' },
  };
}
