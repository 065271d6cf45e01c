import type { ExportMessage, FileMessage, Message } from '../../src/lake-backfill/lambda/messages';
import { type Dependencies, type ExportState, processMessage } from '../../src/lake-backfill/lambda/process-message';

const settings = { keys: ['pk'], firstYear: 2025, exportsFolder: 'backfill', bytesPerSecond: 1_000_000 };
const request: ExportMessage = { kind: 'export', backfill: 'b', index: 0, attempt: 1 };
const span = { from: 1_790_000_000, to: 1_790_000_900 };
const exportArn = 'arn:aws:dynamodb:eu-west-1:123456789012:table/data/export/01693685827463-2d8752fd';

class Account implements Dependencies {
  readonly queued: { readonly messages: readonly Message[]; readonly delay: number }[] = [];
  readonly givenUp: Message[] = [];
  readonly tokens: string[] = [];
  state: ExportState = { status: 'IN_PROGRESS' };
  arn: string | undefined = exportArn;
  manifest = '';
  contents: string[] = [];
  readKeys: string[] = [];
  removed: string[] = [];
  isThere = true;

  startExport = async (token: string): Promise<string | undefined> => {
    this.tokens.push(token);
    return this.arn;
  };
  describeExport = async (): Promise<ExportState> => this.state;
  read = async (key: string): Promise<string> => {
    this.readKeys.push(key);
    return this.manifest;
  };
  exists = async (): Promise<boolean> => this.isThere;
  remove = async (key: string): Promise<void> => void this.removed.push(key);
  async *lines(key: string): AsyncIterable<string> {
    this.readKeys.push(key);
    yield* this.contents;
  }
  queue = async (messages: readonly Message[], delay: number): Promise<void> => void this.queued.push({ messages, delay });
  giveUp = async (message: Message): Promise<void> => void this.givenUp.push(message);
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
  expect(account.queued[0]).toEqual({ messages: [{ kind: 'wait', request, exportArn, waited: 60 }], delay: 60 });
  await run(account, { ...request, index: 1 });
  await run(account, { ...request, attempt: 2 });
  expect(new Set(account.tokens).size).toBe(3);
});

const TWO_DAYS = 2 * 24 * 3_600;

/** Processes a message, and what it puts into the queue again, until nothing is put there. */
async function untilGivenUp(account: Account, first: Message): Promise<{ readonly delays: number[]; readonly outcomes: object[] }> {
  const outcomes: object[] = [];
  for (let message: Message | undefined = first; message !== undefined && outcomes.length < 1_000; ) {
    const before = account.queued.length;
    outcomes.push(await run(account, message));
    message = account.queued[before]?.messages[0];
  }
  return { delays: account.queued.map(({ delay }) => delay), outcomes };
}

test.each<[string, Message]>([
  ['waits while too many others are in progress', request],
  ['in progress is asked for again', { kind: 'wait', request, exportArn }],
])('an export %s, less and less often, and is a dead letter after two days', async (_, message) => {
  const account = new Account();
  account.arn = undefined;
  const { delays, outcomes } = await untilGivenUp(account, message);
  expect(delays.slice(0, 7)).toEqual([60, 120, 240, 480, 900, 900, 900]);
  const waited = delays.reduce((sum, delay) => sum + delay, 0);
  expect(waited).toBeGreaterThanOrEqual(TWO_DAYS);
  expect(waited).toBeLessThan(TWO_DAYS + 900);
  expect(outcomes.at(-1)).toMatchObject({ kind: 'failed', isFinal: true, reason: expect.stringContaining('in progress, after 48 hours') });
  // A redrive waits for the same export anew.
  expect(account.givenUp).toEqual([message]);
  expect((await untilGivenUp(account, account.givenUp[0])).outcomes).toHaveLength(outcomes.length);
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
    account.now = () => 1_790_000_900_000;
    account.state = { status: 'COMPLETED', exportedAt: 1_790_000_000 };
    account.manifest = file('AWSDynamoDB/0169-2d/data/a.json.gz', 3) + file('backfill/AWSDynamoDB/0169-2d/data/b.json.gz', 0);
    account.manifest += file('backfill/AWSDynamoDB/0169-2d/data/c.json.gz', 4);
    await expect(run(account, { kind: 'wait', request, exportArn })).resolves.toMatchObject({ kind: 'exported', files: 2, items: 7 });
    expect(account.readKeys).toEqual(['backfill/AWSDynamoDB/01693685827463-2d8752fd/manifest-files.json']);
    expect(account.queued).toEqual([
      {
        messages: ['a', 'c'].map((name) => ({
          ...{
            kind: 'file',
            backfill: 'b',
            key: `backfill/AWSDynamoDB/0169-2d/data/${name}.json.gz`,
            from: 0,
            foundAt: 1_790_000_900,
            exportedAt: 1_790_000_000,
          },
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
    expect(account.queued[0].messages).toEqual([
      { kind: 'file', backfill: 'b', key: 'backfill/AWSDynamoDB/data/a.json.gz', foundAt: 0, from: 0 },
    ]);
  });
});

const message: FileMessage = { kind: 'file', backfill: 'b', key: 'backfill/x', foundAt: 0, from: 0, exportedAt: 1_790_000_000 };

test('what remains of a file when the time is over is another message', async () => {
  const account = new Account();
  account.contents = Array.from({ length: 501 }, (_, number) => JSON.stringify({ Item: { pk: { S: `a#${number}` } } }));
  let time = 0;
  account.now = () => time;
  account.put = async (records) => {
    time += 50_000;
    return records.map(() => true);
  };
  await expect(run(account, message, 40_000)).resolves.toMatchObject({ kind: 'sent', result: { sent: 500, isComplete: false } });
  expect(account.queued).toEqual([{ messages: [{ ...message, from: 500 }], delay: 0 }]);
  expect(account.removed).toEqual([]);
});

test('a file is removed once all of it is sent', async () => {
  const account = new Account();
  account.contents = [JSON.stringify({ Item: { pk: { S: 'a' } } })];
  await expect(run(account, message)).resolves.toMatchObject({ kind: 'sent', result: { sent: 1, isComplete: true } });
  expect(account.removed).toEqual(['backfill/x']);
  expect(account.queued).toEqual([]);
});

test('a message about a file that was sent before does nothing, and one about a file that has expired fails', async () => {
  const account = new Account();
  account.isThere = false;
  await expect(run(account, message)).resolves.toEqual({ kind: 'gone', file: message });
  expect([account.readKeys, account.removed, account.queued]).toEqual([[], [], []]);
  account.now = () => 14 * 24 * 3_600_000;
  await expect(run(account, message)).rejects.toThrow('the file backfill/x has expired: start a backfill again');
});

test('a file of which nothing can be sent waits longer each time, and is a dead letter after two days', async () => {
  const account = new Account();
  account.contents = [JSON.stringify({ Item: { pk: { S: 'a' } } })];
  account.now = () => 60_000;
  const { delays, outcomes } = await untilGivenUp(account, message);
  expect(delays.slice(0, 6)).toEqual([60, 120, 240, 480, 900, 900]);
  expect(outcomes.at(-1)).toMatchObject({ kind: 'sent', isGivenUp: true });
  expect(account.givenUp).toEqual([message]);
  // Some progress begins to count anew.
  account.now = () => 0;
  account.contents = [];
  await run(account, { ...message, waited: TWO_DAYS });
  expect(account.givenUp).toHaveLength(1);
});
