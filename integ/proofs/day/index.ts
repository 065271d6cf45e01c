import { parseArgs } from 'node:util';
import { proof } from '../../kit/proof';
import { proofArguments } from '../../kit/proof-arguments';
import { median } from '../../kit/statistics';
import { startWatched } from '../../systems/school-platform/alarms/watched-platform';
import { schools } from '../../systems/school-platform/population';
import { BREAKS } from './breaks';
import { faultAt } from './faults';
import { delivered, foundInLake, foundInQuarantine } from './in-lake';
import { createLoad } from './load';
import { account, foundInTable } from './outcome';
import { runDay } from './run';
import { KINDS, planDay } from './schedule';

const USAGE = `npx projen prove day [--seed N] [--faults N] [--broken ${Object.keys(BREAKS).join('|')}]`;
const MINUTES = 8 * 60;
const SCHOOLS = 6;
/** At most so many of each kind are named. */
const LINES = 5;

/** `npx projen prove day`: a school day with faults loses nothing, doubles nothing, crosses no border, and rings the right alarms. */
export default proof(
  'day',
  {
    shows: 'A school day with 40 faults loses nothing and doubles nothing, and only the right alarms go off',
    usage: USAGE.slice('npx projen prove day '.length),
    minutes: 45,
  },
  async ({ progress, args, use }) => {
    const options = {
      seed: { type: 'string', default: '1' },
      faults: { type: 'string', default: '40' },
      broken: { type: 'string' },
    } as const;
    const { values } = parseArgs({ args: [...args], options });
    const check = proofArguments(USAGE);
    const seed = check.integer('seed', values.seed, 0);
    const count = Math.ceil(check.integer('faults', values.faults, 1) / KINDS.length) * KINDS.length;
    const broken = check.oneOf('broken', values.broken, Object.keys(BREAKS));
    const started = Date.now();
    const names = schools()
      .slice(0, SCHOOLS)
      .map(({ id }) => id);
    const plan = planDay(seed, count, MINUTES);
    const mistake = broken === undefined ? undefined : BREAKS[broken];
    const needs = mistake?.needs;
    if (needs !== undefined && !plan.some(({ kind, choice }) => faultAt(kind, choice).rings.includes(needs))) {
      throw new Error(
        `Invalid --faults ${values.faults} with --broken ${broken}: a day in which ${needs} goes off is needed, such as one of 40`,
      );
    }
    const platform = use(await startWatched({ report: progress.step, schools: names, change: mistake?.change }));
    const load = createLoad(platform);
    const day = await runDay(platform, load, plan, MINUTES, progress);

    progress.step('the last messages are written, and the last records delivered');
    for (let minute = 0; minute < 5; minute++) await platform.pass(1, true);
    await delivered(platform);
    const inTable = account(load.written, foundInTable(await platform.observer.items(platform.platform.tableName)));
    const inLake = account(load.written, await foundInLake(platform));
    const toReplay = new Set((await foundInQuarantine(platform)).map(({ key }) => key));
    const lostInLake = inLake.lost.filter((key) => !toReplay.has(key));
    const reports = platform.government.api.record().figures;
    const sum = (of: (result: (typeof day.results)[number]) => number) => day.results.reduce((total, result) => total + of(result), 0);
    const lost = [...inTable.lost, ...lostInLake];
    const doubled = [...inTable.doubled, ...inLake.doubled];
    for (const [where, some] of [
      ['table', inTable.lost],
      ['lake', lostInLake],
    ] as const) {
      for (const one of some.slice(0, LINES)) progress.step(`lost in the ${where}: ${one}`);
    }
    for (const one of doubled.slice(0, LINES)) progress.step(`there twice: ${one}`);
    const crossings = day.crossings.allowed + inTable.crossed.length + inLake.crossed.length;
    const medianMs = median(platform.requests.map(({ milliseconds }) => milliseconds));
    return {
      figures: {
        seed,
        faults: Object.fromEntries(KINDS.map((kind) => [kind, plan.filter((one) => one.kind === kind).length])),
        requests: load.written.length,
        accepted: load.written.filter(({ isAccepted }) => isAccepted).length,
        lost: lost.length,
        lostInTable: inTable.lost.length,
        toReplay: inLake.lost.length - lostInLake.length,
        doubled: doubled.length + reports.doubled,
        crossings,
        crossingsTried: day.crossings.tried,
        reports: reports.accepted,
        faultsWhileReportsWereSent: day.syncing,
        alarmsExpected: day.expected,
        alarmsMissed: sum(({ missed }) => missed.length),
        alarmsWrong: sum(({ wrong }) => wrong.length) + day.between.length,
        withoutOk: sum(({ stayed }) => stayed.length),
        slowHere: sum(({ isSlow }) => Number(isSlow)),
        medianMs: Math.round(medianMs),
        seconds: Math.round((Date.now() - started) / 1000),
      },
      promises: {
        'nothing that was accepted is lost': lost.length === 0,
        'nothing is there twice, in the table, the lake or at the government': doubled.length === 0 && reports.doubled === 0,
        'no school reaches another one': crossings === 0 && day.crossings.tried > 0,
        'the government got reports': reports.accepted > 0,
        'the alarms that should go off do': sum(({ missed }) => missed.length) === 0 && day.expected > 0,
        'no other alarm does': sum(({ wrong }) => wrong.length) + day.between.length === 0,
      },
    };
  },
);
