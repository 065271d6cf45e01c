import { proof } from '../../kit/proof';
import { NAMES } from '../../systems/gov-sync/names';
import { recordQuarter } from '../../systems/gov-sync/quarter';
import { startGovSync } from '../../systems/gov-sync/start';
import { sumOf } from '../../systems/gov-sync/verdict';
import { readArguments, USAGE } from './arguments';
import { BREAKS } from './breaks';
import { killAtEach } from './kills';
import { allOf, NOTHING } from './periods';
import { nameOf, pointsOf, Remaining, someOf } from './points';
import { stopAtEach } from './stops';

const SCHOOLS = { schools: 6, seed: 3, otherRulesEvery: 6 };
/** An attempt leaves a report whose look-up is more than 15 minutes away. The next one begins later, and waits for it. */
const VISIBLE_AFTER_MINUTES = 13;
/** Processes that are killed, at the same time. */
const PARTS = 2;

/** `npx projen prove gov-crash`: a sync that is stopped before or after any state loses nothing and sends nothing twice. */
export default proof(
  'gov-crash',
  { shows: 'A sync that is stopped or killed at any state loses no report, and doubles none', usage: USAGE, minutes: 60 },
  async ({ progress, args, use }) => {
    const { only, some, seed, broken } = readArguments(args);
    const started = performance.now();
    const running = use(
      await startGovSync({
        ...{ modes: ['lookUp'], maxConcurrency: 3, report: progress.step },
        // Two wrong answers, between others, so that each state of the source is entered in a period that is stopped there.
        source: ['LATE', 'WRONG', 'LATE', 'WRONG', 'LATE'],
        visibleAfterMinutes: VISIBLE_AFTER_MINUTES,
        broken: broken === undefined ? undefined : BREAKS[broken],
      }),
    );
    const { sandbox, syncs, folder } = running;
    const [sync] = syncs;
    const quarter = await recordQuarter(sandbox, { ...SCHOOLS, tableName: NAMES.grades });
    const all = pointsOf(sandbox.stateMachines.states(sync.stateMachineArn));
    const points = someOf(all, some ?? all.length);
    progress.step(`StopExecution and kill -9 of the sandbox, each at ${points.length} points`);
    let [stopped, killed] = [0, 0];
    const done = () => progress.count('points', stopped + killed, points.length * (only === undefined ? 2 : 1));
    const stop = () =>
      stopAtEach(running, {
        ...{ quarter, seed, remaining: new Remaining(points) },
        done: (reached) => {
          stopped = reached;
          done();
        },
      });
    const kill = async () => {
      const reachedBy = Array.from({ length: PARTS }, () => 0);
      const parts = reachedBy.map((_, part) =>
        killAtEach({
          ...{ folder, mode: sync.mode, record: SCHOOLS, quarter, seed: seed + 1_000 * (part + 1) },
          remaining: new Remaining(points.filter((_, place) => place % PARTS === part)),
          done: (reached) => {
            reachedBy[part] = reached;
            killed = reachedBy.reduce((sum, one) => sum + one, 0);
            done();
          },
        }),
      );
      return allOf(await Promise.all(parts));
    };
    const [stops, kills] = await Promise.all([only === 'kills' ? NOTHING : stop(), only === 'stops' ? NOTHING : kill()]);
    const { reports, confirmed, deadLettered, unknown, lost, doubled, deadLetteredWrongly, altered } = sumOf([
      ...stops.verdicts,
      ...kills.verdicts,
    ]);
    return {
      figures: {
        ...{ points: points.length, stops: stops.reached.length + kills.reached.length, lost, doubled },
        ...{ stopped: stops.reached.length, killed: kills.reached.length, periods: stops.periods + kills.periods },
        ...{ reports, confirmed, deadLettered, unknown, deadLetteredWrongly, altered },
        unreached: { stops: stops.unreached.map(nameOf), kills: kills.unreached.map(nameOf) },
        wrong: [...stops.wrong, ...kills.wrong],
        minutes: Math.round((performance.now() - started) / 6_000) / 10,
      },
      promises: {
        'no report is lost': lost === 0,
        'no report is accepted twice': doubled === 0,
        'each report has an end, which is known': reports === confirmed + deadLettered,
        'no report is dead-lettered wrongly, and none is altered': deadLetteredWrongly + altered === 0,
        'a sync was stopped at each point of the definition': only === 'kills' || stops.unreached.length === 0,
        'the sandbox was killed at each point of the definition': only === 'stops' || kills.unreached.length === 0,
      },
    };
  },
);
