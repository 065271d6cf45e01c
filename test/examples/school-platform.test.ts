import { generateKeyPairSync, sign } from 'node:crypto';
import { Template } from 'aws-cdk-lib/assertions';
import { SchoolPlatform } from '../../examples/school-platform/lib/school-platform';
import { scrubbed, testApp } from '../synth';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const tokenPublicKey = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
const METHOD = 'arn:aws:execute-api:us-east-1:123456789012:api/prod/POST/visits';

type Authorizer = (event: { authorizationToken: string; methodArn: string }) => Promise<Record<string, unknown>>;

function authorizer(): Authorizer {
  process.env.TOKEN_PUBLIC_KEY = tokenPublicKey;
  return (jest.requireActual('../../examples/school-platform/app/authorizer.js') as { handler: Authorizer }).handler;
}

function token(claims: object, { header = { alg: 'EdDSA', typ: 'JWT' }, key = privateKey } = {}): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${encode(header)}.${encode(claims)}`;
  return `Bearer ${content}.${sign(null, Buffer.from(content), key).toString('base64url')}`;
}

const soon = () => Math.floor(Date.now() / 1000) + 60;

test('the platform is what it was', () => {
  const template = Template.fromStack(new SchoolPlatform(testApp(), 'SchoolPlatform', { tokenPublicKey: 'a key' }));
  expect(scrubbed(template)).toMatchSnapshot();
});

test('a token of a school lets in for every method of the stage, as that school', async () => {
  await expect(authorizer()({ authorizationToken: token({ school: 'school-01', exp: soon() }), methodArn: METHOD })).resolves.toEqual({
    principalId: 'school-01',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: 'arn:aws:execute-api:us-east-1:123456789012:api/prod/*' }],
    },
    context: { tenantId: 'school-01' },
  });
});

test.each([
  ['expired', () => token({ school: 'school-01', exp: soon() - 120 })],
  ['without an expiry', () => token({ school: 'school-01' })],
  ['without a school', () => token({ exp: soon() })],
  ['of a school that no id can be', () => token({ school: 'school-01#', exp: soon() })],
  ['of no algorithm', () => token({ school: 'school-01', exp: soon() }, { header: { alg: 'none', typ: 'JWT' } })],
  ['signed by another key', () => token({ school: 'school-01', exp: soon() }, { key: generateKeyPairSync('ed25519').privateKey })],
  [
    'with altered claims',
    () =>
      token({ school: 'school-01', exp: soon() }).replace(
        /\.[^.]+\./,
        `.${Buffer.from('{"school":"school-02","exp":9999999999}').toString('base64url')}.`,
      ),
  ],
  ['that is none', () => 'Bearer nothing'],
])('a token %s is refused', async (_, made) => {
  await expect(authorizer()({ authorizationToken: made(), methodArn: METHOD })).rejects.toThrow('Unauthorized');
});
