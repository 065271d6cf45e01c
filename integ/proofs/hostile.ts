import { startPlatform } from '../school-day/platform';
import { schools } from '../school-day/population';
import { createOnlooker } from '../school-day/stored';
import { eachOf } from '../school-day/traffic';
import { drained } from '../school-day/visits';
import { type RawAnswer, sendRaw } from '../support/raw-http';
import { hostileCases } from './hostile/cases';
import { inspectAnswers, inspectItems, inspectMessages } from './hostile/inspect';
import { createProgress } from './progress';
import { verdict } from './verdict';

const CASES = 10_000;
const SEED = 20263;
const AT_ONCE = 16;

/** `npx projen prove:hostile`: whatever a caller with a valid token sends, it stays that caller's message or is refused. */
async function main(): Promise<void> {
  const progress = createProgress();
  const cases = hostileCases(CASES, SEED);
  const platform = await startPlatform({ say: progress.step });
  const onlooker = createOnlooker(platform.sandbox);
  try {
    const tenants = schools().map(({ id }) => id);
    const tenantOf = (number: number) => tenants[number % tenants.length];
    const api = platform.visitsUrl.replace(/\/visits$/, '');

    await platform.sandbox.functions.pauseEventSources(platform.writerArn);
    const answers = new Map<number, RawAnswer>();
    await eachOf(cases, AT_ONCE, async ({ number, path, headers, body }) => {
      const authorization = ['Authorization', `Bearer ${platform.token(tenantOf(number))}`] as const;
      answers.set(number, await sendRaw(api, { path, headers: [authorization, ...headers], body }));
      progress.count('sent', answers.size, cases.length);
    });
    const accepted = cases.filter(({ number }) => answers.get(number)?.status === 202);
    const refusedBy: Record<string, number> = {};
    for (const { status } of answers.values()) if (status !== 202) refusedBy[status] = (refusedBy[status] ?? 0) + 1;
    const wrongAnswers = inspectAnswers(cases, answers);

    progress.step('looking at every message in the queue');
    const onQueue = inspectMessages(accepted, tenantOf, await onlooker.messages(platform.queueUrl));
    platform.sandbox.functions.resumeEventSources(platform.writerArn);
    await drained(platform, onlooker, 0, (left) => progress.count('written', accepted.length - left, accepted.length));
    progress.step('looking at every item in the table');
    const inTable = inspectItems(accepted, tenantOf, await onlooker.items(platform.tableName));

    const findings = [...wrongAnswers, ...onQueue.forgeries, ...inTable.forgeries];
    for (const finding of findings.slice(0, 20)) process.stderr.write(`${finding}\n`);
    const refused = cases.length - accepted.length;
    const lost = onQueue.missing + inTable.missing;
    const unexpected = Object.keys(refusedBy).filter((status) => !/^(4\d\d)$/.test(status));
    verdict(
      {
        cases: cases.length,
        stored: inTable.intact,
        refused,
        forged: onQueue.forgeries.length + inTable.forgeries.length,
        lost,
        refusedBy,
        wrongAnswers: wrongAnswers.length,
      },
      {
        'at least 10,000 cases': cases.length >= 10_000,
        'nothing forged': onQueue.forgeries.length + inTable.forgeries.length === 0,
        'every answer is JSON, for no page where none asked, and accepts nothing that can’t be stored as it was sent':
          wrongAnswers.length === 0,
        'nothing lost': lost === 0,
        'every case is stored intact or refused': inTable.intact + refused === cases.length,
        'what is refused is refused as the caller’s mistake': unexpected.length === 0,
        'some cases of each outcome': inTable.intact > 1000 && refused > 100,
      },
    );
  } finally {
    onlooker.close();
    await platform.close();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
