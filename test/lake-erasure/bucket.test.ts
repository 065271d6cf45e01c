import type { S3Client } from '@aws-sdk/client-s3';
import { lakeBucket } from '../../src/lake-erasure/lambda/bucket';

test('an object is replaced by a copy, for which S3 counts no uploaded bytes', async () => {
  const sent: [string, unknown][] = [];
  const client = {
    async send(command: { readonly constructor: { readonly name: string }; readonly input: Record<string, unknown> }) {
      const { input } = command;
      sent.push([command.constructor.name, input.Key ?? input.Prefix ?? (input.Delete as { Objects: unknown }).Objects]);
      return { Versions: [{ Key: 'rewrites/grades/replacement', VersionId: '1', IsLatest: true }] };
    },
  };
  const bucket = lakeBucket(client as unknown as S3Client, 'lake', 'rewrites/grades/replacement');
  await bucket.replace('quarantine/a', { body: Buffer.from('x') });
  expect(sent).toEqual([
    ['PutObjectCommand', 'rewrites/grades/replacement'],
    ['CopyObjectCommand', 'quarantine/a'],
    ['ListObjectVersionsCommand', 'rewrites/grades/replacement'],
    ['DeleteObjectsCommand', [{ Key: 'rewrites/grades/replacement', VersionId: '1' }]],
  ]);
});
