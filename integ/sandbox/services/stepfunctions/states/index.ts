import type { StateType } from '../definition/state-type';
import type { StateTypeName } from '../model';
import { choice } from './choice';
import { fail } from './fail';
import { map } from './map';
import { parallel } from './parallel';
import { pass } from './pass';
import { succeed } from './succeed';
import { task } from './task';
import { wait } from './wait';

/** The state types of the Amazon States Language. */
export const stateTypes: Readonly<Record<StateTypeName, StateType>> = {
  ...{ Task: task, Pass: pass, Wait: wait, Choice: choice },
  ...{ Succeed: succeed, Fail: fail, Parallel: parallel, Map: map },
};
