import { testMetrics } from '../../testing/metrics';
import { requestCounter } from './metrics';
import type { S3Request } from './read';

const BUCKET = {
  name: 'b',
  requestMetrics: [
    { id: 'All', prefix: '' },
    { id: 'Quarantine', prefix: 'quarantine/' },
  ],
};

// Documented: "Amazon S3 CloudWatch request metrics in CloudWatch" (Amazon S3 User Guide).
test('requests for objects are counted by the prefixes of the metrics configurations', () => {
  const { metrics, sum } = testMetrics();
  const count = requestCounter(metrics);
  const request = (name: string, method: string, key: string, sent: string, status: number, answer = '') =>
    count(BUCKET, { key, operation: { name } } as S3Request, { method, body: Buffer.from(sent) }, { status, headers: {}, body: answer }, 5);
  request('PutObject', 'PUT', 'quarantine/a', 'content', 200);
  request('GetObject', 'GET', 'other', '', 200, 'four');
  request('GetObject', 'GET', 'quarantine/b', '', 404, 'not found');
  request('ListObjectsV2', 'GET', '', '', 200, 'list');
  const of = (FilterId: string) =>
    ['AllRequests', 'PutRequests', 'GetRequests', 'ListRequests', 'BytesUploaded', 'BytesDownloaded', '4xxErrors'].map((name) =>
      sum(name, { BucketName: 'b', FilterId }),
    );
  expect(of('All')).toEqual([4, 1, 2, 1, 7, 8, 1]);
  expect(of('Quarantine')).toEqual([2, 1, 1, undefined, 7, undefined, 1]);
});
