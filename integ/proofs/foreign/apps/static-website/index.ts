import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { foreignApp } from '../../foreign-app';

export default foreignApp('static-website', {
  shows: 'A private bucket behind CloudFront, filled by a bucket deployment',
  gaps: [{ type: 'AWS::CloudFront::Distribution' }],
  questions: [
    {
      asks: 'the page in the bucket',
      async ask(app) {
        const s3 = new S3Client({ ...app.aws, forcePathStyle: true });
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: app.output('SiteName'), Key: 'index.html' }));
        return (await Body?.transformToString())?.trim();
      },
      answer: '<!doctype html><title>Site</title><p>Hello',
    },
  ],
});
