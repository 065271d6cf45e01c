import type { LakeStore } from '../../src/lake-rewrite/lambda/dependencies';
import { rowsOf } from '../../src/lake-rewrite/lambda/parquet-rows';
import { parquetOf } from './parquet';

/** Counts rows of one file, and the requests. */
async function counted(file: Buffer): Promise<{ rows: number; requests: number[] }> {
  const requests: number[] = [];
  const end: LakeStore['end'] = async (_, bytes) => {
    requests.push(bytes);
    return file.subarray(-bytes);
  };
  const rows = await rowsOf({ end } as LakeStore, [{ key: 'data/file', size: file.length, etag: '' }]);
  return { rows, requests };
}

test.each([0, 1, 63, 64, 8_191, 8_192, 123_456_789, 5_000_000_000])('%d rows', async (rows) => {
  expect(await counted(parquetOf(rows))).toEqual({ rows, requests: [65_536] });
});

test('a footer that is longer than the first request is read whole', async () => {
  const file = parquetOf(300, { columns: 10_000 });
  expect(file.length).toBeGreaterThan(100_000);
  expect(await counted(file)).toEqual({ rows: 300, requests: [65_536, file.length - 4] });
});

test.each([
  ['an empty file', Buffer.alloc(0)],
  ['a text', Buffer.from('{"event_id":"a","sequence":1}')],
  ['an encrypted footer', Buffer.concat([parquetOf(1).subarray(0, -4), Buffer.from('PARE')])],
  ['a length beyond the file', Buffer.from([1, 2, 3, 4, 255, 255, 0, 0, ...Buffer.from('PAR1')])],
])('%s is an error with the key', async (_, file) => {
  await expect(counted(file)).rejects.toThrow('data/file is no Parquet file that can be read');
});

test('files are counted together', async () => {
  const files = Array.from({ length: 40 }, (_, index) => ({ key: String(index), size: 1_000, etag: '' }));
  const store = { end: async (key) => parquetOf(Number(key)) } as Pick<LakeStore, 'end'> as LakeStore;
  expect(await rowsOf(store, files)).toBe(780);
});
