import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { foreignApp } from '../../foreign-app';
import type { RunningApp } from '../../running-app';

const s3 = (app: RunningApp) => new S3Client({ ...app.aws, forcePathStyle: true });

async function read(app: RunningApp, Key: string) {
  const { Body, ContentType } = await s3(app).send(new GetObjectCommand({ Bucket: app.output('BucketName'), Key }));
  return [ContentType, (await Body?.transformToString())?.trim()];
}

export default foreignApp('bucket-deployment', {
  shows: 'A bucket deployment of a folder and of a file with deploy-time values',
  questions: [
    {
      asks: 'the keys in the bucket',
      async ask(app) {
        const { Contents = [] } = await s3(app).send(new ListObjectsV2Command({ Bucket: app.output('BucketName') }));
        return Contents.map(({ Key }) => Key);
      },
      answer: ['site/index.html', 'site/settings.json', 'site/styles/main.css'],
    },
    {
      asks: 'a page, with its content type',
      ask: async (app) => read(app, 'site/index.html'),
      answer: ['text/html', '<!doctype html><title>Menu</title><h1>Menu of the day</h1>'],
    },
    {
      asks: 'the file with the name of the bucket',
      async ask(app) {
        const [, text = ''] = await read(app, 'site/settings.json');
        const { bucket, version } = JSON.parse(text);
        return [bucket === app.output('BucketName'), version];
      },
      answer: [true, 3],
    },
  ],
});
