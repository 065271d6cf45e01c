import fc from 'fast-check';
import { sign } from '../testing/sign';
import { sha256, signatureOf } from './signature';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const HEADERS = { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z' };
const SCOPE = { date: '20150830T123600Z', region: 'us-east-1', service: 'service' };
const of = (method: string, url: string, headers: Record<string, string> = HEADERS, body = '') =>
  signatureOf({ method, url, headers, body }, Object.keys(headers).sort(), sha256(body), SCOPE, credentials);

// AWS's own examples: the Signature Version 4 test suite in botocore's tests.
test.each([
  ['get-vanilla', 'GET', '/', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  [
    'get-vanilla-query-order-key-case',
    'GET',
    '/?Param2=value2&Param1=value1',
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
  ['get-relative-relative', 'GET', '/example1/example2/../..', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  ['get-slashes', 'GET', '//example//', '9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84'],
  ['post-vanilla', 'POST', '/', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
])('%s', (_, method, url, expected) => {
  expect(of(method, url)).toBe(expected);
});

/** All kinds of characters that an HTTP client can send. */
const path = fc
  .array(fc.constantFrom('/', 'a', 'B', '.', '..', '-', '_', '~', '%20', '%2F', '%C3%A9', ':', '@', '$', '*', '=', ',', ';', '+'))
  .map((parts) => `/${parts.join('')}`);
const word = fc.string({ unit: fc.constantFrom('a', 'Z', '1', ' ', '/', '&', '=', '%', '+', 'é', '💯', '*', '~', "'") });
const query = fc
  .array(fc.tuple(word, word), { maxLength: 4 })
  .map((pairs) => pairs.map((pair) => pair.map(encodeURIComponent).join('=')).join('&'));
const value = fc.string({ unit: fc.constantFrom('a', 'B', ' ', '\t', '"', ',', '=') });
const request = fc.record({
  method: fc.constantFrom('GET', 'POST', 'DELETE'),
  url: fc.tuple(path, query).map(([before, after]) => (after === '' ? before : `${before}?${after}`)),
  headers: fc.dictionary(fc.constantFrom('x-amz-target', 'content-type', 'x-other', 'accept'), value),
  body: word,
});

test("the signature equals that of the AWS SDK's signer", async () => {
  await fc.assert(
    fc.asyncProperty(request, async ({ method, url, headers, body }) => {
      const unsigned = { method, url, headers: { host: 'h', ...headers }, body };
      const { authorization, ...signed } = await sign(unsigned, credentials, { service: 'sqs', region: 'us-east-1' });
      const [, names, expected] = /SignedHeaders=([^,]+), Signature=(\w+)$/.exec(authorization) ?? [];
      const scope = { date: signed['x-amz-date'], region: 'us-east-1', service: 'sqs' };
      expect([url, signatureOf({ method, url, headers: signed, body }, names.split(';'), sha256(body), scope, credentials)]).toEqual([
        url,
        expected,
      ]);
    }),
    { numRuns: 500 },
  );
});

test('cached signing keys belong to their credentials, day, Region and service', () => {
  const fresh: unknown[] = [];
  const all = [credentials, { ...credentials, secretAccessKey: 'other' }].flatMap((keys) =>
    ['20150830T123600Z', '20150831T123600Z'].flatMap((date) =>
      ['us-east-1', 'eu-west-1'].flatMap((region) =>
        ['sqs', 'sts'].map((service) => {
          const of = (own: typeof keys) =>
            signatureOf({ method: 'GET', url: '/', headers: HEADERS, body: '' }, ['host'], sha256(''), { date, region, service }, own);
          // A new object of credentials has no cached keys.
          fresh.push(of({ ...keys }));
          return of(keys);
        }),
      ),
    ),
  );
  expect(all).toEqual(fresh);
  expect(new Set(all).size).toBe(16);
});
