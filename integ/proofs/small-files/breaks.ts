import type { LakeBucket } from './bucket';

/** What a faulty compaction would leave, and the proof must find. */
export interface Break {
  readonly what: string;
  /** @param old an old file of the month, as it was before compaction */
  apply(bucket: LakeBucket, old: { readonly key: string; readonly body: Uint8Array }): Promise<void>;
}

export const BREAKS: Readonly<Record<string, Break>> = {
  'drops-rows': {
    what: 'one of the new files is missing',
    async apply(bucket) {
      await bucket.remove(await firstFile(bucket));
    },
  },
  'doubles-rows': {
    what: 'one of the new files is there twice',
    async apply(bucket) {
      const key = await firstFile(bucket);
      await bucket.copy(key, key.replace(/[^/]*$/, 'compaction-again.parquet'));
    },
  },
  'keeps-an-old-file': {
    what: 'one of the old files is not removed',
    apply: (bucket, { key, body }) => bucket.write(key, body),
  },
};

async function firstFile(bucket: LakeBucket): Promise<string> {
  const [file] = await bucket.files();
  if (file === undefined) throw new Error('The lake has no file to break');
  return file.key;
}
