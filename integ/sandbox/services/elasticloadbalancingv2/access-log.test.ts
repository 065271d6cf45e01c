import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { CfnDelivery, CfnDeliveryDestination, CfnDeliverySource, LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnBucket, CfnBucketPolicy } from 'aws-cdk-lib/aws-s3';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { startedEngines, temporaryFolder } from '../../testing/engines';
import { s3 } from '../s3';
import { type AccessLogEntry, accessLogLine } from './access-log';
import { ACCOUNTS } from './access-log-permission';
import { type Parts, testBalancers, until } from './testing';

const folder = temporaryFolder();
const { engines } = startedEngines(folder);
const start = testBalancers(folder);

test('the accounts of Elastic Load Balancing are those that the CDK knows', () => {
  const known = RegionInfo.regions.filter(({ partition, elbv2Account }) => partition === 'aws' && elbv2Account !== undefined);
  expect(ACCOUNTS).toEqual(Object.fromEntries(known.map(({ name, elbv2Account }) => [name, elbv2Account])));
});

// "Example log entries" (Access logs for your Application Load Balancer), with the fields that came later.
test('a line has the fields of the documented example, in their order', () => {
  const entry: AccessLogEntry = {
    ...{
      type: 'https',
      client: '192.168.131.39:2817',
      target: '10.0.0.1:80',
      method: 'GET',
      url: 'https://www.example.com:443/',
      httpVersion: '1.1',
    },
    ...{ created: Date.UTC(2018, 6, 2, 22, 22, 48, 364), ended: Date.UTC(2018, 6, 2, 22, 23, 0, 186) },
    ...{ requestTime: 0.086, targetTime: 0.048, responseTime: 0.037, status: 200, targetStatus: 200, receivedBytes: 0, sentBytes: 57 },
    ...{ userAgent: 'curl/7.46.0 "quoted"', tls: { cipher: 'ECDHE-RSA-AES128-GCM-SHA256', version: 'TLSv1.2' } },
    ...{ targetGroupArn: 'arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067' },
    ...{ traceId: 'Root=1-58337281-1d84f3d73c47ec4e58577259', serverName: 'www.example.com', rulePriority: 1 },
    ...{ certificateArn: 'arn:aws:acm:us-east-2:123456789012:certificate/12345678-1234-1234-1234-123456789012' },
    ...{ actions: ['forward'], connectionId: 'TID_1234abcd5678ef90' },
  };
  expect(accessLogLine({ id: 'app/my-loadbalancer/50dc6c495c0c9188' }, entry)).toBe(
    [
      'https 2018-07-02T22:23:00.186000Z app/my-loadbalancer/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57',
      '"GET https://www.example.com:443/ HTTP/1.1" "curl/7.46.0 \\x22quoted\\x22" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2',
      'arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067',
      '"Root=1-58337281-1d84f3d73c47ec4e58577259" "www.example.com"',
      '"arn:aws:acm:us-east-2:123456789012:certificate/12345678-1234-1234-1234-123456789012"',
      '1 2018-07-02T22:22:48.364000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-" TID_1234abcd5678ef90 "-" "-" "-"',
    ].join(' '),
  );
});

// "CloudWatch Logs for your Application Load Balancer": a delivery source of the type ALB_ACCESS_LOGS.
test('a delivery writes a record for each request into its log group, at once', async () => {
  const balancer = await start({
    listeners: ({ stack, balancer: one, group }) => {
      one.addListener('Http', { port: 80, open: false, defaultTargetGroups: [group] });
      const logGroup = new LogGroup(stack, 'Access', { logGroupName: '/shop/access' });
      const source = new CfnDeliverySource(stack, 'Source', { name: 'shop', logType: 'ALB_ACCESS_LOGS', resourceArn: one.loadBalancerArn });
      const destination = (id: string, outputFormat: string) =>
        new CfnDeliveryDestination(stack, id, {
          name: id,
          deliveryDestinationType: 'CWL',
          outputFormat,
          destinationResourceArn: logGroup.logGroupArn,
        });
      new CfnDelivery(stack, 'Delivery', { deliverySourceName: source.name, deliveryDestinationArn: destination('json', 'json').attrArn });
      const recordFields = ['elb_status_code', 'request_line'];
      new CfnDelivery(stack, 'Plain', {
        deliverySourceName: source.name,
        deliveryDestinationArn: destination('plain', 'plain').attrArn,
        recordFields,
      });
    },
  });
  const target = await balancer.target((incoming, outgoing) => void outgoing.writeHead(incoming.url === '/health' ? 200 : 404).end());
  await balancer.register(target);
  await balancer.send('/a?b="c"', { headers: ['Host', 'a', 'x-sandbox-client', '10.0.9.9', 'User-Agent', 'test'] });
  await until(() => balancer.lines.length === 2);
  expect(balancer.lines.map(({ group }) => group)).toEqual(['/shop/access', '/shop/access']);
  expect(JSON.parse(balancer.lines[0].message)).toMatchObject({
    ...{
      type: 'http',
      elb_status_code: '404',
      target_status_code: '404',
      'target:port': target.id,
      user_agent: 'test',
      actions_executed: 'forward',
    },
    request_line: 'GET http://a:80/a?b="c" HTTP/1.1',
    'client:port': expect.stringMatching(/^10\.0\.9\.9:\d+$/),
    target_group_arn: balancer.groupArn,
    received_bytes: expect.stringMatching(/^[1-9]\d+$/),
    matched_rule_priority: '0',
  });
  expect(balancer.lines[1].message).toBe('404 "GET http://a:80/a?b=\\x22c\\x22 HTTP/1.1"');
});

/** Access logs into a bucket whose policy lets this principal write. */
function toBucket(principal: object, ...more: object[]) {
  return ({ stack, balancer, group }: Parts): void => {
    balancer.addListener('Http', { port: 80, open: false, defaultTargetGroups: [group] });
    const bucket = new CfnBucket(stack, 'Logs', { bucketName: 'shop-logs' });
    const Resource = `arn:aws:s3:::shop-logs/pre/AWSLogs/123456789012/*`;
    const policyDocument = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: principal, Action: 's3:PutObject', Resource }, ...more],
    };
    new CfnBucketPolicy(stack, 'Policy', { bucket: bucket.ref, policyDocument });
    for (const [key, value] of [
      ['enabled', 'true'],
      ['bucket', 'shop-logs'],
      ['prefix', 'pre'],
    ])
      balancer.setAttribute(`access_logs.s3.${key}`, value);
  };
}

// "Access log files", "Enable access logs"
test.each([
  ['the service of the log delivery', { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' }],
  ['the account of the Region', { AWS: 'arn:aws:iam::127311923021:root' }],
])('files of five minutes go to a bucket that lets in %s', async (_, principal) => {
  const balancer = await start({ speed: 300, engines: engines(), more: [s3], listeners: toBucket(principal) });
  await balancer.send('/first');
  await balancer.send('/second');
  const { accessKeyId, secretAccessKey } = balancer.endpoint.administrator();
  const client = new S3Client({
    endpoint: balancer.endpoint.url,
    forcePathStyle: true,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey },
  });
  let keys: string[] = [];
  const end = Date.now() + 5_000;
  while (keys.length === 0 && Date.now() < end) {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: 'shop-logs' }));
    keys = Contents.flatMap(({ Key }) => Key ?? []);
  }
  expect(keys).toEqual([
    expect.stringMatching(
      /^pre\/AWSLogs\/123456789012\/elasticloadbalancing\/us-east-1\/\d{4}\/\d\d\/\d\d\/123456789012_elasticloadbalancing_us-east-1_app\.[\w-]+\.[0-9a-z]{16}_\d{8}T\d{4}Z_10\.0\.\d+\.\d+_[0-9a-f]+\.log\.gz$/,
    ),
  ]);
  const { Body } = await client.send(new GetObjectCommand({ Bucket: 'shop-logs', Key: keys[0] }));
  const lines = gunzipSync((await Body?.transformToByteArray()) ?? '')
    .toString()
    .trim()
    .split('\n');
  expect(lines.map((line) => / "GET http:\/\/shop\.example\.com:80(\S+) HTTP\/1\.1" /.exec(line)?.[1])).toEqual(['/first', '/second']);
  client.destroy();
});

test('a load balancer whose bucket does not let it write is not created', async () => {
  const starting = start({ engines: engines(), more: [s3], listeners: toBucket({ Service: 'other.amazonaws.com' }) });
  await expect(starting).rejects.toThrow('Shop/Balancer: Access Denied for bucket: shop-logs. Please check S3bucket permission');
});

test('… and neither is one whose bucket lets its account write, but denies it too', async () => {
  const Principal = { AWS: 'arn:aws:iam::127311923021:root' };
  const deny = { Effect: 'Deny', Principal, Action: 's3:Put*', Resource: 'arn:aws:s3:::shop-logs/*' };
  const starting = start({ engines: engines(), more: [s3], listeners: toBucket(Principal, deny) });
  await expect(starting).rejects.toThrow('Shop/Balancer: Access Denied for bucket: shop-logs. Please check S3bucket permission');
});
