import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Sandbox } from '../../sandbox';

export interface StoredFile {
  readonly key: string;
  readonly bytes: number;
}

/** The files of the lake. */
export interface LakeBucket {
  files(): Promise<StoredFile[]>;
  read(key: string): Promise<Uint8Array>;
  write(key: string, body: Uint8Array): Promise<void>;
  copy(from: string, to: string): Promise<void>;
  remove(key: string): Promise<void>;
  close(): void;
}

export function lakeBucket({ endpoint, assembly }: Sandbox): LakeBucket {
  const { expiration: _, ...credentials } = endpoint.administrator();
  const client = new S3Client({ endpoint: endpoint.url, region: assembly.region, credentials, forcePathStyle: true });
  const resource = assembly.ofType('AWS::S3::Bucket').find(({ logicalId }) => logicalId.startsWith('LakeBucket'));
  if (resource === undefined) throw new Error('The assembly has no bucket of the lake');
  const Bucket = assembly.ref(resource);
  return {
    async files() {
      const found: StoredFile[] = [];
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix: 'data/' })) {
        found.push(...Contents.map(({ Key = '', Size = 0 }) => ({ key: Key, bytes: Size })));
      }
      return found;
    },
    async read(Key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    },
    write: async (Key, Body) => void (await client.send(new PutObjectCommand({ Bucket, Key, Body }))),
    copy: async (from, Key) =>
      void (await client.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/${encodeURIComponent(from)}` }))),
    remove: async (Key) => void (await client.send(new DeleteObjectCommand({ Bucket, Key }))),
    close: () => client.destroy(),
  };
}
