import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Assembly } from '../../contracts';
import { command, enginePython } from '../../engines';
import type { Bucket } from './buckets';
import type { S3Request } from './read';

/** The operations on assets that providers of the CDK call. */
export const ON_ASSETS = ['HeadBucket', 'GetBucketLocation', 'GetObject', 'HeadObject'];

/** The file assets of the assembly as objects of the bootstrap bucket, where `cdk deploy` puts them. */
export interface AssetObjects {
  /** The buckets of assets that no resource of the assembly is. */
  readonly buckets: readonly Bucket[];
  /** Puts the object of a request into the engine, when it is first read. */
  load(request: S3Request): Promise<void>;
}

export function createAssetObjects(assembly: Assembly, client: () => S3Client, own: ReadonlyMap<string, Bucket>): AssetObjects {
  const names = new Set([...assembly.assets().keys()].map((path) => path.split('/')[0]));
  const buckets = [...names]
    .filter((name) => !own.has(name))
    .map((name) => ({ name, arn: `arn:${assembly.partition}:s3:::${name}`, bucketKey: false, requestMetrics: [] }));
  const created = new Map<string, Promise<unknown>>();
  const put = new Map<string, Promise<unknown>>();
  const once = (known: Map<string, Promise<unknown>>, name: string, run: () => Promise<unknown>) => {
    const found = known.get(name) ?? run();
    known.set(name, found);
    return found;
  };
  return {
    buckets,
    async load({ bucket: Bucket, key: Key }) {
      const path = assembly.assets().get(`${Bucket}/${Key}`);
      await once(created, Bucket, () => client().send(new CreateBucketCommand({ Bucket })));
      if (path === undefined) return;
      await once(put, `${Bucket}/${Key}`, async () => client().send(new PutObjectCommand({ Bucket, Key, Body: await contentOf(path) })));
    },
  };
}

/** A file, or the archive of a folder, as `cdk deploy` uploads it. */
async function contentOf(path: string): Promise<Buffer> {
  if (!statSync(path).isDirectory()) return readFile(path);
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-asset-'));
  try {
    const archive = join(folder, 'asset');
    const script = 'import shutil, sys; shutil.make_archive(sys.argv[1], "zip", sys.argv[2])';
    await command(await enginePython(() => {}), ['-I', '-c', script, archive, path]);
    return await readFile(`${archive}.zip`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
