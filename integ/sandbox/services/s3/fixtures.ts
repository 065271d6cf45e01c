import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Credentials, Engine } from '../../contracts';
import { assemble, roleArn, type TestEndpoint } from '../../testing/endpoint';
import { Sha256 } from '../../testing/sign';

export const REGION = 'us-east-1';
export const [RECORDS, SEALED, PLAIN, HISTORY, KEYS] = ['records-bucket', 'sealed-bucket', 'plain-bucket', 'history-bucket', 'keys-bucket'];
export const LOCKED = 'locked-bucket';

/** Buckets with and without keys and versions, and roles that each have one permission. */
export const assembly = () =>
  assemble((stack) => {
    const role = (roleName: string, ...statements: [actions: string[], resources: string[], conditions?: Record<string, unknown>][]) => {
      const made = new iam.Role(stack, roleName, { roleName, assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
      for (const [actions, resources, conditions] of statements) {
        made.addToPolicy(new iam.PolicyStatement({ actions, resources, conditions }));
      }
      return made;
    };
    const key = new kms.Key(stack, 'Key');
    const records = new s3.Bucket(stack, 'Records', { bucketName: RECORDS, enforceSSL: true });
    records.addToResourcePolicy(
      new iam.PolicyStatement({
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: [records.arnForObjects('locked/*')],
      }),
    );
    new s3.CfnBucket(stack, 'Sealed', {
      bucketName: SEALED,
      bucketEncryption: {
        serverSideEncryptionConfiguration: [
          { bucketKeyEnabled: true, serverSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: key.keyArn } },
        ],
      },
    });
    new s3.Bucket(stack, 'Plain', { bucketName: PLAIN, encryption: s3.BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: false });
    new s3.Bucket(stack, 'Keys', { bucketName: KEYS });
    new s3.Bucket(stack, 'History', { bucketName: HISTORY, versioned: true });
    new s3.Bucket(stack, 'Locked', {
      bucketName: LOCKED,
      objectLockDefaultRetention: s3.ObjectLockRetention.governance(Duration.days(30)),
    });

    const of = (name: string) => `arn:aws:s3:::${name}`;
    const service = role('Service', [['sts:AssumeRole', 'sts:TagSession'], [roleArn('Tenant')]]);
    const tenant = new iam.Role(stack, 'Tenant', { roleName: 'Tenant', assumedBy: new iam.SessionTagsPrincipal(service) });
    const own = '$' + '{aws:PrincipalTag/school}';
    tenant.addToPolicy(
      new iam.PolicyStatement({
        actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
        resources: [`${of(RECORDS)}/p/${own}/*`],
      }),
    );
    tenant.addToPolicy(
      new iam.PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [of(RECORDS)],
        conditions: { StringLike: { 's3:prefix': `p/${own}/*` } },
      }),
    );
    role('Owner', [['s3:*'], ['*']], [['kms:*'], [key.keyArn]]);
    role('Reader', [['s3:GetObject'], [`${of(RECORDS)}/*`]]);
    role('Lister', [['s3:GetObject'], [`${of(RECORDS)}/*`]], [['s3:ListBucket'], [of(RECORDS)]]);
    role('Writer', [['s3:PutObject'], [`${of(RECORDS)}/*`]]);
    role('Remover', [['s3:DeleteObject'], [`${of(RECORDS)}/own/*`]]);
    role('Keyless', [['s3:*'], ['*']]);
    const via = { 'kms:ViaService': `s3.${REGION}.amazonaws.com` };
    const context = 'kms:EncryptionContext:aws:s3:arn';
    const both = ['kms:GenerateDataKey', 'kms:Decrypt'];
    role('BucketKeyed', [['s3:*'], ['*']], [both, [key.keyArn], { StringEquals: { ...via, [context]: of(SEALED) } }]);
    role('ObjectKeyed', [['s3:*'], ['*']], [both, [key.keyArn], { StringEquals: { ...via, [context]: `${of(PLAIN)}/a` } }]);
    role('WriteOnly', [['s3:*'], ['*']], [['kms:GenerateDataKey'], [key.keyArn]]);
    role(
      'Labelled',
      [['s3:GetObject'], [`${of(RECORDS)}/*`], { StringEquals: { 's3:ExistingObjectTag/class': 'open' } }],
      [['s3:PutObject', 's3:PutObjectTagging'], [`${of(RECORDS)}/*`], { StringEquals: { 's3:RequestObjectTag/class': 'open' } }],
    );
    role('Encrypting', [['s3:PutObject'], [`${of(RECORDS)}/*`], { StringEquals: { 's3:x-amz-server-side-encryption': 'AES256' } }]);
    role('Deleting', [['s3:PutObject', 's3:GetObject', 's3:DeleteObject', 's3:DeleteObjectVersion'], [`${of(LOCKED)}/*`]]);
    role('Few', [['s3:ListBucket'], [of(RECORDS)], { NumericLessThanEquals: { 's3:max-keys': '10' } }]);
    role('Flat', [['s3:ListBucket'], [of(RECORDS)], { Null: { 's3:prefix': 'true' } }]);
    role('Current', [['s3:GetObject', 's3:ListBucket', 's3:PutObject', 's3:DeleteObject'], ['*']]);
  });

/** A proxy between the endpoint and the engine that records the engine's requests. */
export interface Watch {
  readonly engine: Engine;
  /** Method and target of each request since the last reset. */
  readonly seen: string[];
  close(): Promise<void>;
}

export async function watchEngine(real: Engine): Promise<Watch> {
  const seen: string[] = [];
  const { hostname, port } = new URL(real.url);
  const server = http.createServer((incoming, outgoing) => {
    seen.push(`${incoming.method} ${incoming.url}`);
    const onward = http.request({ hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.rawHeaders);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: own } = server.address() as AddressInfo;
  return {
    engine: { ...real, url: `http://127.0.0.1:${own}` },
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A session of the tenant role with the tag of a school, which a service assumes. */
export async function sessionOf(sandbox: TestEndpoint, school: string | undefined): Promise<Credentials> {
  const sts = new STSClient({ endpoint: sandbox.endpoint.url, region: REGION, credentials: sandbox.as('Service') });
  const Tags = school === undefined ? undefined : [{ Key: 'school', Value: school }];
  const { Credentials: got } = await sts.send(new AssumeRoleCommand({ RoleArn: roleArn('Tenant'), RoleSessionName: 'service', Tags }));
  sts.destroy();
  return {
    accessKeyId: got?.AccessKeyId ?? '',
    secretAccessKey: got?.SecretAccessKey ?? '',
    ...(got?.SessionToken === undefined ? {} : { sessionToken: got.SessionToken }),
  };
}

function keysOf({ expiration: _, ...keys }: Credentials) {
  return keys;
}

export function clientOf({ endpoint }: TestEndpoint, credentials: Credentials): S3Client {
  return new S3Client({ endpoint: endpoint.url, region: REGION, credentials: keysOf(credentials), maxAttempts: 1 });
}

export interface RawRequest {
  readonly method?: string;
  /** The path as sent. */
  readonly path: string;
  /** The path as signed, if it differs. */
  readonly signedPath?: string;
  readonly query?: Record<string, string>;
  readonly host?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** Changes the request after signing. */
  readonly tamper?: (options: http.RequestOptions & { headers: Record<string, string> }) => void;
  /** Signs the query instead of the headers; the expiration in seconds. */
  readonly presign?: number;
  readonly signedAt?: Date;
}

export interface RawResponse {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  readonly code?: string;
}

/** Sends a request that no SDK would send, signed by the SDK's signer. */
export async function raw({ endpoint }: TestEndpoint, credentials: Credentials | undefined, request: RawRequest): Promise<RawResponse> {
  const { hostname, port } = new URL(endpoint.url);
  const { method = 'GET', path, signedPath = path, query = {}, host = `${hostname}:${port}`, headers = {}, body = '' } = request;
  const unsigned = {
    method,
    protocol: 'http:',
    hostname: host,
    path: signedPath,
    query,
    headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', ...headers },
    body,
  };
  const signer =
    credentials &&
    new SignatureV4({ service: 's3', region: REGION, credentials: keysOf(credentials), sha256: Sha256, uriEscapePath: false });
  const signingDate = request.signedAt ?? new Date();
  const signed = !signer
    ? unsigned
    : request.presign === undefined
      ? await signer.sign({ ...unsigned }, { signingDate })
      : await signer.presign({ ...unsigned }, { expiresIn: request.presign, signingDate });
  const parameters = Object.entries(signed.query ?? {})
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
    .join('&');
  const options = { hostname, port, method, path: `${path}${parameters && `?${parameters}`}`, headers: { ...signed.headers } };
  request.tamper?.(options);
  return new Promise((resolve, reject) => {
    const outgoing = http.request(options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const code = /<Code>(.*?)<\/Code>/.exec(text)?.[1];
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, ...(code === undefined ? {} : { code }) });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
