import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import * as fc from 'fast-check';
import type { Engines } from '../../contracts';
import { installEngines, startEngines } from '../../engines';
import { s3Client } from '../../engines/clients';
import { createClock } from '../../process/clock';
import { ACCOUNT, openTestEndpoint, type TestEndpoint } from '../../testing/endpoint';
import { provision } from '../../testing/engines';
import { assembly as build, clientOf, KEYS, RECORDS, REGION, raw, sessionOf, type Watch, watchEngine } from './fixtures';

// The policies must see exactly the key that the engine uses: no escape is decoded twice, no dot segment is resolved, no slash is dropped,
// and no character of a key is a pattern.

let sandbox: TestEndpoint;
let engines: Engines;
let watch: Watch;
let owner: S3Client;
let school: S3Client;
/** A client that calls the engine directly. */
let engine: S3Client;

beforeAll(async () => {
  const assembly = build();
  engines = await startEngines(await installEngines(() => {}), () => {});
  await provision(assembly, engines, createClock(1));
  watch = await watchEngine(engines.ministack);
  sandbox = await openTestEndpoint(assembly, { engines: { ...engines, ministack: watch.engine } });
  owner = clientOf(sandbox, sandbox.as('Owner'));
  school = clientOf(sandbox, await sessionOf(sandbox, 'a-1'));
  engine = s3Client(engines.ministack, { account: ACCOUNT, region: REGION });
});
afterAll(async () => {
  for (const client of [owner, school, engine]) {
    client?.destroy();
  }
  await sandbox?.close();
  await watch?.close();
  await engines?.close();
});

/** The keys in the engine, read directly. */
const stored = async () => {
  const { Contents = [] } = await engine.send(new ListObjectsV2Command({ Bucket: KEYS, EncodingType: 'url' }));
  return Contents.map(({ Key = '' }) => decodeURIComponent(Key));
};
const encode = (key: string) =>
  key
    .split('/')
    .map((part) => encodeURIComponent(part).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`))
    .join('/');

const PIECES = [
  'p',
  'a-1',
  'a-10',
  'u',
  'x',
  '/',
  '/',
  '/',
  '.',
  '..',
  '/../',
  '/./',
  '//',
  '%',
  '%2e%2e',
  '%2F',
  '%252F',
  '+',
  ' ',
  '#',
  '?',
  '&',
  '=',
  '*',
  '$',
  '\\',
  '~',
  ':',
  ';',
  '\n',
  '\r\n',
  '\u2028',
  '\t',
  'é',
  'e\u0301',
  '日本',
  '💥',
  '<',
  '"',
  "'",
  '\u0001',
  '{',
  '}',
  'arn:aws:s3:::',
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 10 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
);
const key = text.filter((each) => !/\p{Surrogate}/u.test(each) && Buffer.byteLength(each) <= 1024 && !/[\uFDD0-\uFDD4]/.test(each));
const KNOWN = [
  't/../u/x',
  '../x',
  '/',
  '//',
  '/x',
  'x/',
  'a//b',
  '.',
  '..',
  '%2e%2e/x',
  'a%2Fb',
  'a b+c',
  '#?&=',
  'p/*',
  '日本/💥',
  'a\nb',
  'iceberg/../x',
  '_ministack/reset',
];

const exactly = async (each: string) => {
  await owner.send(new PutObjectCommand({ Bucket: KEYS, Key: each, Body: 'x' }));
  expect(sandbox.calls.at(-1)).toMatchObject({ operation: 'PutObject', resources: [`arn:aws:s3:::${KEYS}/${each}`], status: 200 });
  expect(await stored()).toEqual([each]);
  const { Body } = await owner.send(new GetObjectCommand({ Bucket: KEYS, Key: each }));
  expect(await Body?.transformToString()).toBe('x');
  await owner.send(new DeleteObjectCommand({ Bucket: KEYS, Key: each }));
  expect(await stored()).toEqual([]);
};

test.each(KNOWN)('the key %j is the same for the policies and for the engine', exactly);

test('any key is the same for the policies and for the engine', async () => {
  await fc.assert(fc.asyncProperty(key, exactly), { numRuns: 150, examples: KNOWN.map((each): [string] => [each]) });
});

test('a key is the same in any escaping', async () => {
  const escaped = (each: string, which: readonly boolean[]) =>
    [...Buffer.from(each)]
      .map((byte, at) => {
        const plain = /[A-Za-z0-9._~/-]/.test(String.fromCharCode(byte)) && byte < 128;
        const hex = byte.toString(16).padStart(2, '0');
        return plain && !which[at % which.length]
          ? String.fromCharCode(byte)
          : `%${which[(at + 1) % which.length] ? hex : hex.toUpperCase()}`;
      })
      .join('');
  const choices = fc.array(fc.boolean(), { minLength: 3, maxLength: 9 });
  await fc.assert(
    fc.asyncProperty(key, choices, async (each, which) => {
      const send = (method: string) =>
        raw(sandbox, sandbox.as('Owner'), { method, path: `/${KEYS}/${escaped(each, which)}`, signedPath: `/${KEYS}/${encode(each)}` });
      expect((await send('PUT')).status).toBe(200);
      expect(await stored()).toEqual([each]);
      expect((await send('DELETE')).status).toBe(204);
      expect(await stored()).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test('a path with invalid escaping does not reach the engine', async () => {
  watch.seen.length = 0;
  for (const path of ['%', '%zz', '%ff', '%c0%ae%c0%ae/x', 'a+b', '%ed%a0%80']) {
    const answer = await raw(sandbox, sandbox.as('Owner'), { path: `/${KEYS}/${path}` });
    expect([answer.status, answer.code]).toEqual([400, 'InvalidURI']);
  }
  expect(watch.seen).toEqual([]);
});

test('a tagged session is allowed only for its own prefix, with any key', async () => {
  const near = fc.oneof(
    key,
    fc.tuple(fc.constantFrom('p/a-1/', 'p/a-1', 'p/a-10/', 'p/', '/p/a-1/', 'p/./a-1/'), key).map((pair) => pair.join('')),
  );
  await fc.assert(
    fc.asyncProperty(near, async (each) => {
      watch.seen.length = 0;
      const outcome = await school.send(new PutObjectCommand({ Bucket: RECORDS, Key: each, Body: 'x' })).then(
        () => 'done',
        (error: Error) => error.name,
      );
      const own = each.startsWith('p/a-1/');
      expect([outcome, watch.seen.length]).toEqual(own ? ['done', 1] : ['AccessDenied', 0]);
    }),
    { numRuns: 300 },
  );
});

test('a denied prefix is denied for every key', async () => {
  await fc.assert(
    fc.asyncProperty(key, async (each) => {
      watch.seen.length = 0;
      const put = owner.send(new PutObjectCommand({ Bucket: RECORDS, Key: `locked/${each}`, Body: 'x' }));
      await expect(put).rejects.toMatchObject({ name: 'AccessDenied' });
      expect(watch.seen).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test('DeleteObjects removes only the keys that the policies allowed', async () => {
  // XML 1.0 can't represent the other characters.
  const writable = key.filter((each) => /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u.test(each));
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(writable, { minLength: 1, maxLength: 4 }), async (keys) => {
      for (const each of keys) {
        await engine.send(new PutObjectCommand({ Bucket: KEYS, Key: each, Body: 'x' }));
      }
      const Objects = keys.map((each) => ({ Key: each }));
      const { Deleted = [], Errors } = await owner.send(new DeleteObjectsCommand({ Bucket: KEYS, Delete: { Objects } }));
      expect([Deleted.length, Errors]).toEqual([keys.length, undefined]);
      expect(sandbox.calls.at(-1)?.resources).toEqual(keys.map((each) => `arn:aws:s3:::${KEYS}/${each}`));
      expect(await stored()).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
