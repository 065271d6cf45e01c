import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Page } from '../../src/tenant-removal/lambda/places';
import { syncPlace } from '../../src/tenant-removal/lambda/sync-place';

const NORTH = 'north-high';
const WAITING = [{ period: '2026Q4', waitsFor: 'DECISION', status: 'REJECTED' }];
const OBJECTS = [`payloads/${NORTH}/2026Q3/`, `source/2026Q3/${NORTH}.json`];

/** The answer of a sync, and a bucket of its reports. Each listing returns one version. */
function sync(answer: object, keys: readonly string[], errors: readonly object[] = []) {
  const stored = new Set(keys);
  const asked: object[] = [];
  const functions = {
    async send({ input }: { readonly input: { readonly FunctionName: string; readonly Payload: string } }) {
      asked.push({ function: input.FunctionName, ...JSON.parse(input.Payload) });
      const error = 'errorMessage' in answer ? { FunctionError: 'Unhandled' } : {};
      return { ...error, Payload: { transformToString: () => JSON.stringify(answer) } };
    },
  };
  const session = {
    async send({ input }: { readonly input: { Prefix: string; KeyMarker?: string; Delete?: { Objects: { Key: string }[] } } }) {
      if (input.Delete !== undefined) {
        for (const { Key } of input.Delete.Objects) stored.delete(Key);
        return { Errors: errors };
      }
      const { Prefix, KeyMarker = '' } = input;
      const found = [...stored].filter((key) => key.startsWith(Prefix) && key > KeyMarker).sort();
      const Versions = found.slice(0, 1).map((Key) => ({ Key, VersionId: '1' }));
      return { Versions, IsTruncated: found.length > 1, NextKeyMarker: found[0] };
    },
  };
  const opened: string[] = [];
  const place = syncPlace(
    { place: 'Platform/Government', removeFunction: 'remove', bucket: 'reports' },
    functions as unknown as LambdaClient,
    async (tenant) => {
      opened.push(tenant);
      return session as unknown as S3Client;
    },
  );
  return { place, asked, opened, stored };
}

async function pages(found: AsyncIterable<Page>): Promise<Page[]> {
  const all: Page[] = [];
  for await (const page of found) all.push(page);
  return all;
}

const KEYS = [
  ...['1', '2', '3'].map((hash) => `payloads/${NORTH}/2026Q3/${hash}.json`),
  ...[`source/2026Q3/${NORTH}.json`, `source/2026Q3/${NORTH}.json.bak`, `payloads/${NORTH}/2026Q4/1.json`],
];

test('a count asks the sync, and counts the versions of objects where it says, in a session of the tenant', async () => {
  const { place, asked, opened, stored } = sync({ found: 1, waiting: WAITING, objects: OBJECTS }, KEYS);
  expect(await pages(place.count(NORTH, undefined))).toEqual([{ found: 5, waiting: WAITING }]);
  expect([asked, opened, stored.size]).toEqual([[{ function: 'remove', action: 'count', tenant: NORTH }], [NORTH], KEYS.length]);
});

test('a removal removes what the sync says, and no object whose key only begins in the same way', async () => {
  const { place, asked, stored } = sync({ found: 1, waiting: [], objects: OBJECTS }, KEYS);
  expect(await pages(place.remove(NORTH, undefined))).toEqual([{ found: 5, waiting: [] }]);
  expect(asked).toEqual([{ function: 'remove', action: 'remove', tenant: NORTH }]);
  expect([...stored]).toEqual([`source/2026Q3/${NORTH}.json.bak`, `payloads/${NORTH}/2026Q4/1.json`]);
});

test('an object that cannot be deleted is an error', async () => {
  const { place } = sync({ found: 0, waiting: [], objects: OBJECTS }, KEYS, [{ Code: 'AccessDenied' }]);
  await expect(pages(place.remove(NORTH, undefined))).rejects.toThrow(
    '1 versions of objects in Platform/Government were not deleted: AccessDenied',
  );
});

test('an error of the sync is one of the removal, and nothing is removed', async () => {
  const { place, stored } = sync({ errorMessage: 'denied' }, KEYS);
  await expect(pages(place.remove(NORTH, undefined))).rejects.toThrow('Platform/Government failed: denied');
  expect(stored.size).toBe(KEYS.length);
});
