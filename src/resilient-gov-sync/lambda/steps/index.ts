import { claimPeriod } from './claim-period';
import { closePeriod } from './close-period';
import { decide } from './decide';
import type { Dependencies } from './dependencies';
import { judgeAnswer } from './judge-answer';
import { leave } from './leave';
import { makeList } from './make-list';
import { noteWait } from './note-wait';
import { putAside } from './put-aside';
import { record } from './record';

/** The steps of the state machine, by the names that its states have for them. */
const STEPS = { claimPeriod, noteWait, makeList, decide, record, judge: judgeAnswer, putAside, leave, closePeriod };

export type StepName = keyof typeof STEPS;

/** Runs a step. The event was made by the state machine of this construct. */
export function runStep(step: StepName, event: object, dependencies: Dependencies): Promise<unknown> {
  const run = STEPS[step] as ((event: object, dependencies: Dependencies) => Promise<unknown>) | undefined;
  if (run === undefined) throw new Error(`invalid step ${JSON.stringify(String(step).slice(0, 40))}`);
  return run(event, dependencies);
}
