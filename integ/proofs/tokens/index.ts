import { setTimeout as sleep } from 'node:timers/promises';
import { jws, parts, rsa } from '../../kit/jws';
import { createKey, fetchKeys, serveKeys } from '../../kit/keys';
import { PASSWORD } from '../../kit/operator';
import { proof } from '../../kit/proof';
import { rawGet } from '../../kit/raw-get';
import { signIn } from '../../sandbox';
import { type RunningPlatform, startPlatform } from '../../systems/school-platform/platform';
import { users } from '../../systems/school-platform/population';
import { type BadToken, badTokens, type Material } from './bad-tokens';
import { startService } from './service';
import { tricks } from './tricks';

const CALLER = 'school-01';
const OTHER = 'school-02';
const SUSPENDED = 'school-03';
const REDIRECT = 'https://schools.example/signed-in';

/** `npx projen prove tokens`: no bad token reaches an integration, and only a valid token decides the tenant of a request. */
export default proof(
  'tokens',
  { shows: 'No bad token is accepted, and only a valid token decides the tenant', minutes: 12 },
  async ({ progress, use }) => {
    const service = use(await startService());
    process.env.SERVICE_URL = service.url;
    const platform = use(
      await startPlatform({ report: progress.step, schools: [CALLER, OTHER, SUSPENDED], app: 'integ/proofs/tokens/app.ts' }),
    );
    const { sandbox } = platform;
    const [pool, otherPool] = sandbox.userPools.pools;
    const trusted = createKey('proof-key');
    const poolKeys = await fetchKeys(pool.url, pool.userPoolId);
    // The authorizer reads the pool's keys from here, with an additional key of this proof.
    const keys = use(
      await serveKeys(
        new Map([
          [pool.userPoolId, [...poolKeys, trusted.jwk]],
          [otherPool.userPoolId, await fetchKeys(otherPool.url, otherPool.userPoolId)],
        ]),
      ),
    );
    sandbox.functions.forward(`cognito-idp.${sandbox.assembly.region}.amazonaws.com`, keys.origin);
    const reached = countReached(platform);
    const material = await gather(platform, trusted, poolKeys);
    const good = await rawGet(platform.apiUrl, '/echo', [['Authorization', `Bearer ${material.valid}`]]);
    const trustedGood = await rawGet(platform.apiUrl, '/echo', [['Authorization', `Bearer ${resigned(material)}`]]);
    reached.reset();
    // Of a token of an unknown key that is about as old as the authorizer's last fetch of the keys, the authorizer cannot say that it is bad.
    await sleep(3_000);

    const bad = badTokens(material);
    const findings: string[] = [];
    const byStatus: Record<string, number> = {};
    const attempt = async ({ name, headers, query = '' }: BadToken) => {
      const { status } = await rawGet(platform.apiUrl, `/echo${query}`, headers);
      byStatus[status] = (byStatus[status] ?? 0) + 1;
      if (status !== 401 && status !== 403) findings.push(`${name}: ${status}`);
    };
    for (const [index, token] of bad.entries()) {
      await attempt(token);
      progress.count('bad tokens', index + 1, bad.length);
    }
    await platform.operator.suspend(SUSPENDED);
    await attempt({ name: 'of a suspended school', headers: [['Authorization', `Bearer ${platform.token(SUSPENDED)}`]] });
    const admitted = reached.count();

    progress.step('attempts with a valid token');
    const tried = tricks(OTHER, platform.token(OTHER));
    let answered = 0;
    const fooled: string[] = [];
    const targets = ['/echo', '/service'];
    for (const { target, name, headers = {}, authorization = {}, path } of targets.flatMap((target) =>
      tried.map((trick) => ({ ...trick, target })),
    )) {
      const { status, body } = await rawGet(platform.apiUrl, path === undefined ? target : `${target}/${path}`, [
        ...header(authorization.before),
        ...header(`Bearer ${platform.token(CALLER)}`),
        ...header(authorization.after),
        ...Object.entries(headers),
      ]);
      if (status === 200) answered++;
      if (status === 200 && (JSON.parse(body) as { tenantId: string }).tenantId !== CALLER) fooled.push(`${target}: ${name}`);
    }
    for (const finding of [...findings, ...fooled]) process.stderr.write(`${finding}\n`);
    return {
      figures: {
        tokens: bad.length + 1,
        admitted,
        tricks: targets.length * tried.length,
        fooled: fooled.length,
        byStatus,
        tricksAnswered: answered,
      },
      promises: {
        'a valid token is accepted, signed by the pool’s key or by the trusted key': good.status === 200 && trustedGood.status === 200,
        'at least 40 bad tokens': bad.length >= 40,
        'each is answered with 401 or 403': findings.length === 0,
        'no bad token reaches an integration': admitted === 0,
        'no attempt changes the tenant that a function or a service receives': fooled.length === 0,
        'most attempts reach the function, so that the check is meaningful': answered >= (targets.length * tried.length) / 2,
      },
    };
  },
);

/** Genuine tokens: of the caller, of other users, of another client and of another pool. */
async function gather(platform: RunningPlatform, trusted: Material['trusted'], poolKeys: Material['poolKeys']): Promise<Material> {
  const { sandbox, resource } = platform;
  const [pool, otherPool] = sandbox.userPools.pools;
  const [director, ...others] = users(1).filter(({ tenant }) => tenant === CALLER);
  const { accessToken: another, idToken } = await platform.signIn(director);
  const [one, two, three, four, five] = await Promise.all(others.map(async (user) => (await platform.signIn(user)).accessToken));
  const clientOf = (path: string) => sandbox.assembly.ref(resource('AWS::Cognito::UserPoolClient', path));
  const signedIn = (poolUrl: string, clientId: string) =>
    signIn({ poolUrl, clientId, redirectUri: REDIRECT, username: director.email, password: PASSWORD });
  await platform.operator.enroll(otherPool.userPoolId, [director]);
  const { accessToken: otherClient } = await signedIn(pool.url, clientOf('OtherClient'));
  const { accessToken: otherPoolToken } = await signedIn(otherPool.url, clientOf('/OtherUsers/'));
  return {
    valid: platform.token(CALLER),
    another,
    unused: [one, two, three, four, five],
    idToken,
    otherClient,
    otherPool: otherPoolToken,
    trusted,
    poolKeys,
    tenantClaim: 'custom:school_id',
    tierClaim: 'custom:tier',
  };
}

/** The valid token, signed again by the trusted key. It shows that other tokens of this key fail only because of their defect. */
function resigned({ valid, trusted }: Material): string {
  return jws({ alg: 'RS256', kid: trusted.kid }, parts(valid).claims, rsa(trusted.privateKey));
}

function header(authorization: string | undefined): [string, string][] {
  return authorization === undefined ? [] : [['Authorization', authorization]];
}

/** Counts the requests that reach the function behind the API. */
function countReached({ sandbox, resource }: RunningPlatform): { count(): number; reset(): void } {
  const echo = sandbox.assembly.ref(resource('AWS::Lambda::Function', '/Echo/'));
  let count = 0;
  sandbox.logs.onLine(({ group, message }) => {
    if (group === `/aws/lambda/${echo}` && message.includes('reached')) count++;
  });
  return {
    count: () => count,
    reset: () => {
      count = 0;
    },
  };
}
