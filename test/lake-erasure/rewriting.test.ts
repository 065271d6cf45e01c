import { type RowsDependencies, storedRows } from '../../src/lake-erasure/lambda/rows';
import type { ErasureSettings } from '../../src/lake-erasure/settings';
import type { Manifest } from '../../src/lake-rewrite/lambda/manifest';

const FOLDER = 'rewrites/grades/year=2026/month=11/school=north-high/';
const NOW = 1_000;
const MANIFEST = `${FOLDER}manifest.json`;

test.each<[string, Manifest | undefined, string[]]>([
  ['no manifest', undefined, [MANIFEST]],
  ['an owner', { id: 'x', kind: 'compaction', until: NOW + 1 }, [MANIFEST, `${FOLDER}x/`]],
  ['new files that are not in their place', { id: 'x', kind: 'compaction', until: 0, added: [] }, [MANIFEST, `${FOLDER}x/`]],
  ['an owner whose time is over, without new files', { id: 'x', kind: 'compaction', until: NOW }, [MANIFEST]],
])('what a rewrite needs: %s', async (_, manifest, expected) => {
  const store = {
    read: async (key: string) => (key === MANIFEST && manifest !== undefined ? { text: JSON.stringify(manifest), etag: '1' } : undefined),
  };
  const dependencies = { store, now: () => NOW } as unknown as RowsDependencies;
  expect(await storedRows({} as ErasureSettings, dependencies).rewriting(FOLDER)).toEqual(expected);
});
