import { parseArgs } from 'node:util';
import { proof } from '../../kit/proof';
import { NAMES } from '../../systems/gov-sync/names';
import { recordQuarter } from '../../systems/gov-sync/quarter';
import { startGovSync } from '../../systems/gov-sync/start';
import { sumOf } from '../../systems/gov-sync/verdict';
import { killAtEach } from './kills';
import { nameOf, pointsOf } from './points';
import { stopAtEach } from './stops';

const SCHOOLS = { schools: 6, seed: 3, otherRulesEvery: 6 };
const FIRST_QUARTER = 1_950 * 4;
const USAGE = '[--only stops|kills] [--points N]';

/** Each point has a quarter of its own. */
const periodOf = (number: number) => {
  const quarter = FIRST_QUARTER + number;
  return `${Math.floor(quarter / 4)}Q${(quarter % 4) + 1}`;
};

/** `npx projen prove gov-crash`: a sync that is stopped before or after any state loses nothing and sends nothing twice. */
export default proof(
  'gov-crash',
  { shows: 'A sync that is stopped or killed at any state loses no report, and doubles none', usage: USAGE, minutes: 120 },
  async ({ progress, args, use }) => {
    const { values } = parseArgs({ args: [...args], options: { only: { type: 'string' }, points: { type: 'string' } } });
    const { only } = values;
    const running = use(await startGovSync({ modes: ['lookUp'], maxConcurrency: 3, isLate: true, report: progress.step }));
    const { sandbox, syncs, folder } = running;
    const [sync] = syncs;
    const quarter = await recordQuarter(sandbox, { ...SCHOOLS, tableName: NAMES.grades });
    const all = pointsOf(sandbox.stateMachines.states(sync.stateMachineArn));
    const points =
      values.points === undefined ? all : all.filter((_, place) => place % Math.ceil(all.length / Number(values.points)) === 0);
    const nothing = { reached: [], unreached: [], verdicts: [], wrong: [] };
    progress.step(`StopExecution at ${points.length} points`);
    const stops =
      only === 'kills'
        ? nothing
        : await stopAtEach(running, quarter, { points, periodOf, done: (done) => progress.count('stops', done, points.length) });
    progress.step(`kill -9 of the sandbox at ${points.length} points`);
    const kills =
      only === 'stops'
        ? nothing
        : await killAtEach({
            ...{ folder, mode: sync.mode, points, record: SCHOOLS, periodOf, plan: quarter.plan },
            done: (done) => progress.count('kills', done, points.length),
          });
    const sum = sumOf([...stops.verdicts, ...kills.verdicts]);
    const { reports, confirmed, deadLettered, unknown, lost, doubled, deadLetteredWrongly, altered } = sum;
    return {
      figures: {
        ...{ points: points.length, stops: stops.reached.length + kills.reached.length, stopped: stops.reached.length },
        ...{ killed: kills.reached.length, unreached: { stops: stops.unreached, kills: kills.unreached } },
        wrong: [...stops.wrong, ...kills.wrong],
        ...{ reports, confirmed, deadLettered, unknown, lost, doubled, deadLetteredWrongly },
      },
      promises: {
        'no report is lost': lost === 0,
        'no report is accepted twice': doubled === 0,
        'each report has an end, which is known': reports === confirmed + deadLettered,
        'no report is dead-lettered wrongly, and none is altered': deadLetteredWrongly + altered === 0,
        'each point that a run can reach was reached': stops.unreached.every((name) => UNREACHABLE.includes(name)),
        'and kills reached the same ones': only !== undefined || kills.unreached.every((name) => UNREACHABLE.includes(name)),
      },
    };
  },
);

/**
 * Only an attempt after a crash between the answer and the dead letter enters the first state, only a source with errors the second, and only
 * an API whose reports can be looked up after some hours the third.
 */
const UNREACHABLE: readonly string[] = pointsOf([
  { name: 'A person must decide', type: 'Pass' },
  { name: 'The reports cannot be prepared', type: 'Fail' },
  { name: 'The rest is looked up later', type: 'Succeed' },
]).map(nameOf);
