import type { ExportMessage, FileMessage, Message } from '../../src/lake-backfill/lambda/messages';
import { type Dependencies, type ExportState, processMessage } from '../../src/lake-backfill/lambda/process-message';

const settings = { keys: ['pk'], exportsFolder: 'backfill', bytesPerSecond: 1_000_000 };
const request: ExportMessage = { kind: 'export', backfill: 'b', index: 0, attempt: 1 };
const span = { from: 1_790_000_000, to: 1_790_000_900 };
const exportArn = 'arn:aws:dynamodb:eu-west-1:123456789012:table/data/export/01693685827463-2d8752fd';

class Account implements Dependencies {
  readonly queued: { readonly messages: readonly Message[]; readonly delay: number }[] = [];
  readonly givenUp: ExportMessage[] = [];
  readonly tokens: string[] = [];
  state: ExportState = { status: 'IN_PROGRESS' };
  arn: string | undefined = exportArn;
  manifest = '';
  contents: string[] = [];
  readKeys: string[] = [];

  startExport = async (token: string): Promise<string | undefined> => {
    this.tokens.push(token);
    return this.arn;
  };
  describeExport = async (): Promise<ExportState> => this.state;
  read = async (key: string): Promise<string> => {
    this.readKeys.push(key);
    return this.manifest;
  };
  async *lines(key: string): AsyncIterable<string> {
    this.readKeys.push(key);
    yield* this.contents;
  }
  queue = async (messages: readonly Message[], delay: number): Promise<void> => void this.queued.push({ messages, delay });
  giveUp = async (message: ExportMessage): Promise<void> => void this.givenUp.push(message);
  put = async (records: readonly Buffer[]): Promise<boolean[]> => records.map(() => true);
  quarantine = async (): Promise<void> => undefined;
  now = (): number => 0;
  sleep = async (): Promise<void> => undefined;
  random = (): number => 0;
}

const run = (account: Account, message: Message, deadline = 60_000) => processMessage(message, settings, deadline, account);

test('an export is requested, with the same token if the message is received twice, and waited for', async () => {
  const account = new Account();
  await expect(run(account, request)).resolves.toMatchObject({ kind: 'started' });
  await run(account, request);
  expect(new Set(account.tokens).size).toBe(1);
  expect(account.queued[0]).toEqual({ messages: [{ kind: 'wait', request, exportArn }], delay: 60 });
  await run(account, { ...request, index: 1 });
  await run(account, { ...request, attempt: 2 });
  expect(new Set(account.tokens).size).toBe(3);
});

test('an export waits while too many others are in progress', async () => {
  const account = new Account();
  account.arn = undefined;
  await expect(run(account, request)).resolves.toMatchObject({ kind: 'limited' });
  expect(account.queued).toEqual([{ messages: [request], delay: 300 }]);
});

test('an export that is in progress is asked again a minute later', async () => {
  const account = new Account();
  const wait: Message = { kind: 'wait', request, exportArn };
  await expect(run(account, wait)).resolves.toMatchObject({ kind: 'waiting' });
  expect(account.queued).toEqual([{ messages: [wait], delay: 60 }]);
});

test('a failed export is requested again twice, and is then a dead letter whose redrive requests it anew', async () => {
  const account = new Account();
  account.state = { status: 'FAILED', failure: 'S3AccessDenied: no' };
  for (const attempt of [1, 2]) {
    const outcome = await run(account, { kind: 'wait', request: { ...request, attempt }, exportArn });
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'S3AccessDenied: no', isFinal: false });
  }
  expect(account.queued.map(({ messages }) => messages)).toEqual([[{ ...request, attempt: 2 }], [{ ...request, attempt: 3 }]]);
  const last = await run(account, { kind: 'wait', request: { ...request, attempt: 3 }, exportArn });
  expect(last).toMatchObject({ kind: 'failed', isFinal: true });
  expect(account.queued).toHaveLength(2);
  // Another token, because the same one would return the export that failed.
  expect(account.givenUp).toEqual([{ ...request, attempt: 4 }]);
});

describe('a complete export', () => {
  const file = (dataFileS3Key: string, itemCount: number) => `${JSON.stringify({ itemCount, dataFileS3Key, md5Checksum: '', etag: '' })}\n`;

  test('of a whole table becomes a message for each file with items, with the time of the export', async () => {
    const account = new Account();
    account.state = { status: 'COMPLETED', exportedAt: 1_790_000_000 };
    account.manifest = file('AWSDynamoDB/0169-2d/data/a.json.gz', 3) + file('backfill/AWSDynamoDB/0169-2d/data/b.json.gz', 0);
    account.manifest += file('backfill/AWSDynamoDB/0169-2d/data/c.json.gz', 4);
    await expect(run(account, { kind: 'wait', request, exportArn })).resolves.toMatchObject({ kind: 'exported', files: 2, items: 7 });
    expect(account.readKeys).toEqual(['backfill/AWSDynamoDB/01693685827463-2d8752fd/manifest-files.json']);
    expect(account.queued).toEqual([
      {
        messages: ['a', 'c'].map((name) => ({
          ...{ kind: 'file', backfill: 'b', key: `backfill/AWSDynamoDB/0169-2d/data/${name}.json.gz`, from: 0, exportedAt: 1_790_000_000 },
        })),
        delay: 0,
      },
    ]);
  });

  test('of a span has no time of its own: each line has that of its write', async () => {
    const account = new Account();
    account.state = { status: 'COMPLETED', exportedAt: 1_790_000_000 };
    account.manifest = file('AWSDynamoDB/data/a.json.gz', 1);
    await run(account, { kind: 'wait', request: { ...request, span }, exportArn });
    expect(account.queued[0].messages).toEqual([{ kind: 'file', backfill: 'b', key: 'backfill/AWSDynamoDB/data/a.json.gz', from: 0 }]);
  });
});

test('what remains of a file when the time is over is another message', async () => {
  const account = new Account();
  account.contents = Array.from({ length: 501 }, (_, number) => JSON.stringify({ Item: { pk: { S: `a#${number}` } } }));
  const message: FileMessage = { kind: 'file', backfill: 'b', key: 'backfill/x', from: 0, exportedAt: 1_790_000_000 };
  let time = 0;
  account.now = () => time;
  account.put = async (records) => {
    time += 50_000;
    return records.map(() => true);
  };
  await expect(run(account, message, 40_000)).resolves.toMatchObject({ kind: 'sent', result: { sent: 500, isComplete: false } });
  expect(account.queued).toEqual([{ messages: [{ ...message, from: 500 }], delay: 0 }]);
});
