import { DynamoDBClient, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { foreignApp } from '../../foreign-app';
import type { RunningApp } from '../../running-app';

const upload = (app: RunningApp, Key: string, Body: string) =>
  new S3Client({ ...app.aws, forcePathStyle: true }).send(new PutObjectCommand({ Bucket: app.output('UploadsName'), Key, Body }));

export default foreignApp('upload-index', {
  shows: 'A bucket whose uploads invoke a Python function',
  questions: [
    {
      asks: 'an upload with a space in its key, after two that the filter leaves out',
      async ask(app) {
        await upload(app, 'images/one.txt', 'not below texts/');
        await upload(app, 'texts/one.png', 'not a text');
        await upload(app, 'texts/my day.txt', 'one\ntwo\nthree\n');
        const dynamodb = new DynamoDBClient(app.aws);
        const get = new GetItemCommand({ TableName: app.output('IndexName'), Key: { key: { S: 'texts/my day.txt' } } });
        const item = await app.eventually(async () => (await dynamodb.send(get)).Item);
        const { Count } = await dynamodb.send(new ScanCommand({ TableName: app.output('IndexName') }));
        return [item.lines.N, item.event.S, Count];
      },
      answer: ['3', 'ObjectCreated:Put', 1],
    },
  ],
});
