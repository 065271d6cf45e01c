import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { verifyPeriod } from '../../../src/resilient-gov-sync/lambda/audit';
import type { Resolution } from '../../../src/resilient-gov-sync/lambda/resolve/resolve';
import type { Status } from '../../../src/resilient-gov-sync/lambda/status/read-status';
import { auditInBucket } from '../../reports/audit/bucket';
import { deleteClosingRecords } from '../../reports/audit/locked';
import { tamperWith } from '../../reports/audit/tamper';
import { PERIOD, type RunningSync, startSync } from './start-sync';

// A quarter in which the API rejects reports, and people decide about them.
let sync: RunningSync;
let lambda: LambdaClient;
let s3: S3Client;

beforeAll(async () => {
  sync = await startSync({ tenants: ['school-1', 'bad-2', 'bad-3'] });
  const { endpoint, assembly } = sync.sandbox;
  const { expiration: _, ...credentials } = endpoint.administrator();
  const settings = { endpoint: endpoint.url, region: assembly.region, credentials };
  lambda = new LambdaClient({ ...settings, maxAttempts: 1 });
  s3 = new S3Client({ ...settings, forcePathStyle: true });
});
afterAll(async () => {
  lambda?.destroy();
  s3?.destroy();
  await sync?.close();
});

async function invoke<T>(logicalId: string, event: object): Promise<T> {
  const { assembly } = sync.sandbox;
  const found = assembly.ofType('AWS::Lambda::Function').find((resource) => resource.logicalId.startsWith(logicalId));
  if (found === undefined) throw new Error(`no function ${logicalId}`);
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName: assembly.ref(found), Payload: JSON.stringify(event) }),
  );
  const text = Buffer.from(Payload ?? []).toString();
  if (FunctionError !== undefined) throw new Error(text);
  return JSON.parse(text);
}

const status = (event: object = {}) => invoke<Status>('SyncStatusFunction', { period: PERIOD, ...event });
const resolve = (event: object) =>
  invoke<Resolution>('SyncResolveFunction', { period: PERIOD, who: 'ticket 12', why: 'the grade was wrong', ...event });
const run = async (attempt: number) => sync.end(await sync.start(attempt));

test('dead letters are corrected and replayed, arrive once, and the audit is closed again', async () => {
  expect(await run(1)).toMatchObject({ status: 'SUCCEEDED' });
  expect(await status()).toMatchObject({
    shown: { status: 'COMPLETE', counts: { reports: 3, sent: 3, CONFIRMED: 1, REJECTED: 2 } },
    schools: [{ school: 'bad-2', status: 'REJECTED' }, { school: 'bad-3' }, { school: 'school-1', status: 'CONFIRMED' }],
  });
  const page = await invoke<string>('SyncStatusFunction', { format: 'html', period: PERIOD });
  expect(page).toContain('Finished, except for 2 reports that a person must decide about');

  const report = { reference: `bad-2-${PERIOD}`, school: 'bad-2', period: PERIOD, rows: [{ student: 's', course: 'Maths', grade: 7 }] };
  expect(await resolve({ kind: 'CORRECT', tenant: 'bad-2', report })).toEqual({
    ...{ period: PERIOD, remaining: 0 },
    reports: [{ tenant: 'bad-2', result: 'PLANNED', revision: 2 }],
  });
  expect((await resolve({ kind: 'REPLAY', all: true })).reports).toEqual([{ tenant: 'bad-3', result: 'PLANNED', revision: 1 }]);
  expect((await status()).shown).toMatchObject({ status: 'INCOMPLETE', counts: { PLANNED: 2, CONFIRMED: 1 } });

  expect(await run(2)).toMatchObject({ status: 'SUCCEEDED' });
  const { shown, schools } = await status();
  expect(shown).toMatchObject({
    status: 'COMPLETE',
    counts: { CONFIRMED: 2, REJECTED: 1 },
    closingRecord: `audit/${PERIOD}/closing-000002.json`,
  });
  expect(schools[0]).toMatchObject({ school: 'bad-2', status: 'CONFIRMED', sends: 2, revision: 2 });
  expect(sync.api.record().figures).toMatchObject({ accepted: 2, doubled: 0 });
});

test('the audit of that quarter is intact, tampering with it is found, and its closing records cannot be deleted', async () => {
  const { assembly } = sync.sandbox;
  const found = assembly.ofType('AWS::S3::Bucket').find(({ logicalId }) => /^SyncAuditBucket[0-9A-F]{8}$/.test(logicalId));
  const bucket = found === undefined ? '' : assembly.ref(found);
  const objects = await auditInBucket(s3, bucket, PERIOD);
  expect(verifyPeriod(objects, PERIOD)).toMatchObject({ chains: 3, closingRecords: 2, notClosed: 0, findings: [] });
  const events = objects.filter(({ key }) => key.includes('/bad-2/')).map(({ text }) => JSON.parse(text));
  expect(events.sort((a, b) => a.number - b.number).map(({ event, actor }) => [event, actor])).toEqual([
    ['SENDING', undefined],
    ['REJECTED', undefined],
    ['CORRECTED', 'ticket 12'],
    ['SENDING', undefined],
    ['CONFIRMED', undefined],
  ]);
  expect(tamperWith(objects, PERIOD)).toEqual({ tampered: 6, found: 6, missed: [] });
  expect(await deleteClosingRecords(s3, bucket, PERIOD)).toEqual({ closingRecords: 2, kept: 2 });
});

test('an invalid decision is an error that names the field, and changes nothing', async () => {
  await expect(resolve({ kind: 'REPLAY', all: true, why: '' })).rejects.toThrow('invalid why: expected a text of 1 to 1000 characters');
  await expect(status({ limit: 0 })).rejects.toThrow('invalid limit: expected an integer between 1 and 1000');
  expect((await status()).shown).toMatchObject({ status: 'COMPLETE' });
});
