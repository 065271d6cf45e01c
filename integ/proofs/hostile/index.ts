import { eachOf } from '../../kit/each-of';
import { createObserver } from '../../kit/observer';
import type { Progress } from '../../kit/progress';
import { type Outcome, proof } from '../../kit/proof';
import { type RawResponse, sendRaw } from '../../kit/raw-http';
import { startPlatform } from '../../systems/school-platform/platform';
import { schools } from '../../systems/school-platform/population';
import { drained } from '../../systems/school-platform/visits';
import { hostileCases } from './cases';
import { MEMORY, TIME } from './cost/judge';
import { type CostFigures, measureCosts } from './cost/measure';
import { PLACES } from './cost/places';
import { inspectAnswers, inspectItems, inspectMessages } from './inspect';

const CASES = 10_000;
const SEED = 20263;
const AT_ONCE = 16;

/**
 * `npx projen prove hostile`: whatever a caller with a valid token sends becomes that caller's own message or is rejected, and its cost is
 * at most linear in its length. With the argument `costs`, only the cost is measured, which needs no platform.
 */
export default proof(
  'hostile',
  {
    shows: "Input of a caller is stored as that caller's or rejected, at a cost linear in its length",
    minutes: 40,
    usage: '[costs]',
  },
  async ({ progress, args }) => {
    const { figures, findings } = await measureCosts(progress);
    for (const finding of findings) process.stderr.write(`${finding}\n`);
    if (args.includes('costs')) return { figures, promises: costPromises(figures) };
    return await sendEverything(progress, figures);
  },
);

function costPromises(costs: CostFigures): Record<string, boolean> {
  return {
    'at least six shapes of input for each place that reads input': PLACES.every(({ shapes }) => Object.keys(shapes).length >= 6),
    [`twice the input takes at most ${TIME.doubling} times the time`]: costs.worstDoubling <= TIME.doubling,
    [`no input takes more than ${TIME.most} times as long as 6 MiB of JSON to parse and to serialize`]: costs.worstTime <= TIME.most,
    [`twice the input takes at most ${MEMORY.doubling} times the memory`]: costs.worstMemoryDoubling <= MEMORY.doubling,
    [`no input takes more than ${MEMORY.most} MiB`]: costs.worstMiB <= MEMORY.most,
  };
}

async function sendEverything(progress: Progress, costs: CostFigures): Promise<Outcome> {
  const cases = hostileCases(CASES, SEED);
  const platform = await startPlatform({ report: progress.step });
  const observer = createObserver(platform.sandbox);
  try {
    const tenants = schools().map(({ id }) => id);
    const tenantOf = (number: number) => tenants[number % tenants.length];
    const api = platform.visitsUrl.replace(/\/visits$/, '');

    await platform.sandbox.functions.pauseEventSources(platform.writerArn);
    const answers = new Map<number, RawResponse>();
    await eachOf(cases, AT_ONCE, async ({ number, path, headers, body }) => {
      const authorization = ['Authorization', `Bearer ${platform.token(tenantOf(number))}`] as const;
      answers.set(number, await sendRaw(api, { path, headers: [authorization, ...headers], body }));
      progress.count('sent', answers.size, cases.length);
    });
    const accepted = cases.filter(({ number }) => answers.get(number)?.status === 202);
    const rejectedBy: Record<string, number> = {};
    for (const { status } of answers.values()) if (status !== 202) rejectedBy[status] = (rejectedBy[status] ?? 0) + 1;
    const wrongAnswers = inspectAnswers(cases, answers);

    progress.step('checking every message in the queue');
    const onQueue = inspectMessages(accepted, tenantOf, await observer.messages(platform.queueUrl));
    platform.sandbox.functions.resumeEventSources(platform.writerArn);
    await drained(platform, observer, 0, (left) => progress.count('written', accepted.length - left, accepted.length));
    progress.step('checking every item in the table');
    const inTable = inspectItems(accepted, tenantOf, await observer.items(platform.tableName));

    const findings = [...wrongAnswers, ...onQueue.forgeries, ...inTable.forgeries];
    for (const finding of findings.slice(0, 20)) process.stderr.write(`${finding}\n`);
    const rejected = cases.length - accepted.length;
    const lost = onQueue.missing + inTable.missing;
    const unexpected = Object.keys(rejectedBy).filter((status) => !/^(4\d\d)$/.test(status));
    return {
      figures: {
        cases: cases.length,
        stored: inTable.intact,
        rejected,
        forged: onQueue.forgeries.length + inTable.forgeries.length,
        lost,
        rejectedBy,
        wrongAnswers: wrongAnswers.length,
        ...costs,
      },
      promises: {
        ...costPromises(costs),
        'at least 10,000 cases': cases.length >= 10_000,
        'no message or item is forged': onQueue.forgeries.length + inTable.forgeries.length === 0,
        'every answer is JSON without a CORS origin, and input that cannot be stored unchanged is rejected': wrongAnswers.length === 0,
        'no accepted case is lost': lost === 0,
        'every case is stored unchanged or rejected': inTable.intact + rejected === cases.length,
        'every rejection has a 4xx status': unexpected.length === 0,
        'both outcomes occur': inTable.intact > 1000 && rejected > 100,
      },
    };
  } finally {
    observer.close();
    await platform.close();
  }
}
