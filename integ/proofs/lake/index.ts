import { parseArgs } from 'node:util';
import { type Outcome, proof } from '../../kit/proof';
import { synthesize } from '../../kit/synthesize';
import { startSandbox } from '../../sandbox';
import { BREAKS, breakAssembly } from './breaks';
import { run } from './run';
import { MONTHS } from './timeline';
import { judge } from './verdict';

const CHANGES = 20_000;
const BAD = 10;
const SEED = 12;
/** A minute of the clock is a second. */
const SPEED = 60;

/**
 * `npx projen prove lake`: changes of 40 schools over 14 months go from the table to Parquet files, while the pipe is stopped for 30 hours,
 * pipe and delivery are killed, and Firehose is throttled. Athena is asked for every row.
 */
export default proof(
  'lake',
  {
    shows: 'No change of 14 months is lost on its way to the lake, through kills, throttling and an outage',
    usage: `[--broken ${Object.keys(BREAKS).join('|')}] [--changes n] [--seed n]`,
    minutes: 25,
  },
  async ({ progress, args, use }): Promise<Outcome> => {
    const { values } = parseArgs({
      args: [...args],
      options: { broken: { type: 'string' }, changes: { type: 'string' }, seed: { type: 'string' } },
    });
    const broken = values.broken === undefined ? undefined : BREAKS[values.broken];
    if (values.broken !== undefined && broken === undefined) {
      throw new Error(`Found no break '${values.broken}': expected one of ${Object.keys(BREAKS).join(', ')}`);
    }
    const changes = Number(values.changes ?? CHANGES);
    const folder = await synthesize('integ/proofs/lake/app.ts', { report: progress.step });
    if (broken !== undefined) {
      progress.step(`broken on purpose: ${broken.what}`);
      breakAssembly(folder, broken);
    }
    const sandbox = use(await startSandbox(folder, { strict: true, speed: SPEED, report: progress.step }));
    const options = { changes, bad: BAD, seed: Number(values.seed ?? SEED), backfill: broken?.backfill !== false };
    const { made, answers, kills, path, expired } = await run(sandbox, options, progress);
    const verdict = judge(made, answers);
    const { changes: stored, lost, currentWrong, quarantined, ttlRows, deletedShown, ...rest } = verdict;
    const rowsAfterDedupe = broken?.dedupe === false ? verdict.rowsAfterDedupe + verdict.duplicates : verdict.rowsAfterDedupe;
    return {
      figures: {
        ...{ changes: stored, lost, currentWrong, rowsAfterDedupe, quarantined, ttlRows, deletedShown },
        ...{ months: MONTHS, expired, tooOld: rest.tooOld, backfilled: rest.backfilled },
        ...{ rowsWrong: rest.rowsWrong, reasonsWrong: rest.reasonsWrong, duplicates: rest.duplicates, kills },
        path,
      },
      promises: {
        'every change that was accepted is a row or in quarantine': lost === 0 && stored === changes,
        'the last state of each item is that of the table': currentWrong === 0 && deletedShown === 0,
        'each change is one row': rowsAfterDedupe === changes && verdict.rowsWrong === 0,
        'what cannot be stored is in quarantine with its reason': quarantined === 3 * BAD && verdict.reasonsWrong === 0,
        'removals by TTL happened and are no rows': expired > 0 && ttlRows === 0,
        'kills delivered rows again': kills.pipe === 5 && kills.delivery === 5 && rest.duplicates > 0,
        'the hours that the stream no longer had were backfilled': rest.backfilled > 0 && rest.tooOld > 0,
        'changes go in batches': path.changesPerBatch >= 10,
      },
    };
  },
);
