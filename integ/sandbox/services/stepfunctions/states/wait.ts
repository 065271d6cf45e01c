import type { Json } from '../../../contracts';
import { NotSupported } from '../definition/not-supported';
import type { StateType } from '../definition/state-type';
import { QUERY_FAILED } from '../language/jsonata/evaluate';
import { isTimestamp } from '../language/timestamp';
import { RUNTIME, TaskFailure } from '../run/failure';
import { leadsTo, nextOf } from './next';

/** Documented quota: a Standard workflow runs for at most one year. */
const MAX_SECONDS = 99_999_999;

export const wait: StateType = {
  fields: ['Next', 'End'],
  values: ['Seconds', 'Timestamp'],
  read(fields, { language, where }) {
    const flow = language.flow(fields, where, 'Wait');
    const seconds = language.value(fields, 'Seconds', where);
    const until = language.value(fields, 'Timestamp', where);
    if ((seconds === undefined) === (until === undefined)) {
      throw new NotSupported(`${where} must have one of Seconds, SecondsPath, Timestamp and TimestampPath`);
    }
    const error = language.name === 'JSONata' ? QUERY_FAILED : RUNTIME;
    const end = nextOf(fields);
    return {
      ...{ type: 'Wait', leadsTo: leadsTo(end) },
      async run(frame, given) {
        const scope = { ...given, data: await flow.input(given) };
        // An execution that continues waits until the time that was set when it entered the state.
        const known = frame.progress.until;
        const time = known ?? (seconds === undefined ? untilOf(await until?.(scope), error) : undefined);
        const milliseconds = time === undefined ? secondsOf((await seconds?.(scope)) ?? null, error) * 1000 : time - frame.now();
        if (known === undefined) frame.moved({ until: frame.now() + milliseconds });
        await frame.sleep(milliseconds);
        return { ...(await flow.output(scope)), ...end };
      },
    };
  },
};

function secondsOf(value: Json, error: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_SECONDS) return value;
  throw new TaskFailure(error, `The Seconds of a Wait state must be an integer from 0 to ${MAX_SECONDS}, not ${JSON.stringify(value)}`);
}

function untilOf(value: Json | undefined, error: string): number {
  // Documented: "Wait workflow state": "considers the time value up to seconds and truncates milliseconds".
  if (isTimestamp(value)) return Math.floor(Date.parse(value) / 1000) * 1000;
  throw new TaskFailure(error, `The Timestamp of a Wait state must be like 2026-03-14T01:59:00Z, not ${JSON.stringify(value)}`);
}
