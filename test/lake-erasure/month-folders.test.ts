import { monthFolders } from '../../src/lake-erasure/lambda/month-folders';
import { memoryBucket } from './memory';

const settings = {
  DATA_FOLDER: 'data/grades/',
  REWRITES_FOLDER: 'rewrites/grades/',
  TENANT_NOUN: 'school',
  HAS_TENANT_FOLDERS: false,
  YEARS: { first: 2026, last: 2050 },
};

test('months are found in the bucket, and those of which the table has no partition are named', async () => {
  const bucket = memoryBucket(() => 0);
  const months = [
    'year=2025/month=12',
    'year=2026/month=01',
    'year=2026/month=1',
    'year=2026/month=13',
    'year=2050/month=12',
    'year=2051/month=01',
  ];
  for (const month of months) bucket.put(`data/grades/${month}/file`, 'rows');
  bucket.put('data/other/year=2026/month=01/file', 'rows');
  bucket.put('rewrites/grades/year=2024/month=01/manifest.json', '{}');
  bucket.mark('rewrites/grades/year=2024/month=01/manifest.json');
  expect(await monthFolders(bucket, settings, 'north-high')).toEqual({
    data: [...months].sort().map((month) => `data/grades/${month}/`),
    rewrites: ['rewrites/grades/year=2024/month=01/'],
    unread: ['year=2025/month=12', 'year=2026/month=1', 'year=2026/month=13', 'year=2051/month=01'].map((month) => `data/grades/${month}/`),
    areOfTenant: false,
  });
});

test('with a folder for each tenant, the months are those of one tenant', async () => {
  const bucket = memoryBucket(() => 0);
  for (const school of ['north-high', 'far-north']) bucket.put(`data/grades/year=2026/month=01/school=${school}/file`, 'rows');
  const { data, areOfTenant } = await monthFolders(bucket, { ...settings, HAS_TENANT_FOLDERS: true }, 'north-high');
  expect({ data, areOfTenant }).toEqual({ data: ['data/grades/year=2026/month=01/school=north-high/'], areOfTenant: true });
});
