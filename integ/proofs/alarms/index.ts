import { parseArgs } from 'node:util';
import { proof } from '../../kit/proof';
import { proofArguments } from '../../kit/proof-arguments';
import { type Break, breakAlarms, REMOVED, TEN_TIMES_AS_HIGH } from '../../systems/school-platform/alarms/break-alarms';
import { FAULTS, notifyingAlarms, problemsOf } from '../../systems/school-platform/alarms/table';
import { startWatched } from '../../systems/school-platform/alarms/watched-platform';
import { runAll } from './run';

const BREAKS: Readonly<Record<string, Break>> = { removed: REMOVED, threshold: TEN_TIMES_AS_HIGH };
const USAGE = `npx projen prove alarms [--broken ${Object.keys(BREAKS).join('|')}] [--only text]`;

/** `npx projen prove alarms`: each alarm of the school platform sends its message for the fault that it names, and for no other. */
export default proof(
  'alarms',
  {
    shows: 'Each alarm sends a message for the fault that it names and for no other, and one when it has ended',
    usage: USAGE.slice('npx projen prove alarms '.length),
    minutes: 40,
  },
  async ({ progress, args, use }) => {
    const { values } = parseArgs({ args: [...args], options: { broken: { type: 'string' }, only: { type: 'string' } } });
    const broken = proofArguments(USAGE).oneOf('broken', values.broken, Object.keys(BREAKS));
    const change = broken === undefined ? undefined : (folder: string) => breakAlarms(folder, BREAKS[broken]);
    const started = Date.now();
    const platform = use(await startWatched({ report: progress.step, change }));
    const alarms = notifyingAlarms(platform.sandbox.assembly);
    const problems = problemsOf(FAULTS, alarms);
    for (const problem of problems) progress.step(problem);
    const only = broken === undefined ? values.only : BREAKS[broken].alarm;
    const faults = FAULTS.filter(
      ({ what, rings }) => only === undefined || what.includes(only) || rings.some((alarm) => alarm.includes(only)),
    );
    const { results, quiet, byMetric } = await runAll(platform, faults, progress);
    const secondsToMessage = Object.assign({}, ...faults.map(({ rings }, index) => pick(results[index].secondsToMessage, rings)));
    const count = (name: 'missed' | 'wrong' | 'stayed') => results.reduce((sum, result) => sum + result[name].length, 0);
    return {
      figures: {
        alarms: alarms.length,
        faults: faults.length,
        missed: count('missed'),
        wrong: count('wrong') + quiet.length,
        withoutOk: count('stayed'),
        byMetric,
        // The alarm of latency was right: this machine was busy.
        slowHere: results.filter(({ isSlow }) => isSlow).length,
        secondsToMessage,
        seconds: Math.round((Date.now() - started) / 1000),
      },
      promises: {
        'each alarm has exactly one fault': problems.length === 0,
        'no alarm goes off before the first fault': quiet.length === 0,
        'each alarm sends a message for its fault': count('missed') === 0,
        'no other alarm does': count('wrong') === 0,
        'each sends an OK after the end': count('stayed') === 0,
      },
    };
  },
);

function pick(values: Readonly<Record<string, number>>, names: readonly string[]): Record<string, number> {
  return Object.fromEntries(names.flatMap((name) => (name in values ? [[name, values[name]]] : [])));
}
