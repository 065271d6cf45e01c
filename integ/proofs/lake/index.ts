import { parseArgs } from 'node:util';
import { type Outcome, proof } from '../../kit/proof';
import { synthesize } from '../../kit/synthesize';
import { startSandbox } from '../../sandbox';
import { BREAKS, breakAssembly } from './breaks';
import { figuresOf, promisesOf } from './outcome';
import { run } from './run';
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
    shows: 'All changes of 14 months reach the lake, through kills, throttling and a backfilled outage',
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
    const options = {
      ...{ changes, bad: BAD, seed: Number(values.seed ?? SEED), backfill: broken?.backfill !== false },
      ...{ kills: broken?.kills !== false, throttling: broken?.throttling !== false },
    };
    const { made, answers, circumstances, ...observed } = await run(sandbox, options, progress);
    const verdict = judge(made, answers, circumstances);
    const { copies, backfilledAgain, rowsAfterDedupe } = verdict;
    const counted = broken?.dedupe === false ? { ...verdict, rowsAfterDedupe: rowsAfterDedupe + copies.all + backfilledAgain } : verdict;
    return { figures: figuresOf(counted, observed), promises: promisesOf(counted, observed, { changes, bad: 3 * BAD }) };
  },
);
