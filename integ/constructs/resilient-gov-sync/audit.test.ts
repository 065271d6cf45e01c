import { DeleteObjectCommand, DeleteObjectsCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { allowAudit, createAuditBucket } from '../../../src/resilient-gov-sync/audit-bucket';
import { type Audit, appendEntry, verifyPeriod, writeClosingRecord } from '../../../src/resilient-gov-sync/lambda/audit';
import { auditInBucket, versionsOf } from '../../reports/audit/bucket';
import { deleteClosingRecords } from '../../reports/audit/locked';
import { tamperWith } from '../../reports/audit/tamper';
import type { Sandbox } from '../../sandbox';
import { startStack } from '../fixtures/start-stack';

// The audit with the permissions of its role, in a bucket with Object Lock and its policy.
const PERIOD = '2026Q4';
let sandbox: Sandbox;
let close: () => Promise<void>;
let audit: Audit;
/** A person with every permission. */
let operator: S3Client;

beforeAll(async () => {
  ({ sandbox, close } = await startStack('Audit', (stack) => {
    const encryptionKey = new Key(stack, 'Key');
    const bucket = createAuditBucket(stack, { encryptionKey, removalPolicy: RemovalPolicy.RETAIN, retention: Duration.days(30) });
    allowAudit(new Role(stack, 'Writer', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }), bucket);
  }));
  const { endpoint, assembly } = sandbox;
  const [role] = assembly.ofType('AWS::IAM::Role');
  const bucket = assembly.ofType('AWS::S3::Bucket').find(({ logicalId }) => /^AuditBucket[0-9A-F]{8}$/.test(logicalId));
  if (role === undefined || bucket === undefined) throw new Error('the stack has no role or no bucket');
  const settings = { endpoint: endpoint.url, region: assembly.region, forcePathStyle: true };
  const { expiration: _, ...credentials } = endpoint.assumeAsService(assembly.attribute(role, 'Arn'), 'lambda.amazonaws.com', 'writer');
  audit = { bucket: assembly.ref(bucket), s3: new S3Client({ ...settings, credentials }), retentionDays: 30 };
  const { expiration: __, ...keys } = endpoint.administrator();
  operator = new S3Client({ ...settings, credentials: keys });
});
afterAll(async () => {
  audit?.s3.destroy();
  operator?.destroy();
  await close?.();
});

/** Writes the chains of two schools and the closing record of a period. */
async function write(period: string) {
  const chains = [];
  for (const tenant of ['school-a', 'school-b']) {
    let chain = { period, tenant, entries: 0, head: '' };
    for (const event of ['SENDING', 'TRY_LATER', 'SENDING', 'CONFIRMED'] as const) {
      const entry = { event, at: Date.UTC(2027, 0, 5), attempt: 1, execution: 'gov-2026Q4-1', payloadHash: 'ab' };
      chain = { ...chain, ...(await appendEntry(audit, chain, entry)) };
    }
    chains.push(chain);
  }
  return { chains, ...(await writeClosingRecord(audit, period, chains)) };
}

const verified = async (period: string) => verifyPeriod(await auditInBucket(operator, audit.bucket, period), period);

test('entries are locked in governance mode and the closing record in compliance mode, and tampering with copies is found', async () => {
  const { key, chains } = await write(PERIOD);
  const lockOf = async (Key: string) => operator.send(new HeadObjectCommand({ Bucket: audit.bucket, Key }));
  expect(await lockOf(`audit/${PERIOD}/school-a/000001.json`)).toMatchObject({ ObjectLockMode: 'GOVERNANCE' });
  expect(await lockOf(key)).toMatchObject({ ObjectLockMode: 'COMPLIANCE' });
  expect(await writeClosingRecord(audit, PERIOD, chains)).toEqual({ key, foreign: [] });
  expect(await verified(PERIOD)).toMatchObject({ chains: 2, entries: 8, closingRecords: 1, notClosed: 0, findings: [] });
  expect(tamperWith(await auditInBucket(operator, audit.bucket, PERIOD), PERIOD)).toEqual({ tampered: 6, found: 6, missed: [] });
  expect(await deleteClosingRecords(operator, audit.bucket, PERIOD)).toEqual({ closingRecords: 1, kept: 1 });
});

test('nobody can replace an object, and the role of the sync can delete nothing', async () => {
  await write('2026Q3');
  const Key = 'audit/2026Q3/school-a/000001.json';
  const target = { Bucket: audit.bucket, Key };
  await expect(operator.send(new PutObjectCommand({ ...target, Body: '{}' }))).rejects.toThrow('explicit deny in a resource-based policy');
  await expect(operator.send(new PutObjectCommand({ ...target, Body: '{}', IfNoneMatch: '*' }))).rejects.toMatchObject({
    name: 'PreconditionFailed',
  });
  await expect(audit.s3.send(new DeleteObjectCommand(target))).rejects.toMatchObject({ name: 'AccessDenied' });
  expect(await verified('2026Q3')).toMatchObject({ notClosed: 0, findings: [] });
});

test('what an operator who bypasses governance mode does is found', async () => {
  const { chains } = await write('2026Q2');
  const target = { Bucket: audit.bucket };
  // Hidden by a delete marker.
  await operator.send(new DeleteObjectCommand({ ...target, Key: 'audit/2026Q2/school-a/000001.json' }));
  // Removed, and written again: a whole chain with other receipts, as the code of the sync writes it.
  const Objects: { Key: string; VersionId: string }[] = [];
  for await (const { key, versionId } of versionsOf(operator, audit.bucket, 'audit/2026Q2/school-b/'))
    Objects.push({ Key: key, VersionId: versionId });
  await operator.send(new DeleteObjectsCommand({ ...target, Delete: { Objects }, BypassGovernanceRetention: true }));
  let chain = { ...chains[1], entries: 0, head: '' };
  for (const event of ['SENDING', 'TRY_LATER', 'SENDING', 'CONFIRMED'] as const)
    chain = {
      ...chain,
      ...(await appendEntry(audit, chain, { event, at: 0, attempt: 1, execution: 'x', payloadHash: 'ab', receipt: 'another one' })),
    };
  expect((await verified('2026Q2')).findings.map(({ kind, key }) => [kind, key])).toEqual([
    ['REPLACED', 'audit/2026Q2/school-a/000001.json'],
    ['REWRITTEN', 'audit/2026Q2/school-b/000004.json'],
  ]);
});
