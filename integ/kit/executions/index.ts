import type { JsonObject, StateCounts } from '../../sandbox';
import { rowsOf } from './rows';
import { svgOf } from './svg';
import { textOf } from './text';

/** A state machine with what its executions have done. */
export interface ExecutionsPicture {
  readonly svg: string;
  /** For a terminal. */
  readonly text: string;
}

export interface PictureOptions {
  /** The title of the picture for a browser. */
  readonly title: string;
  /** The width of the terminal. */
  readonly columns: number;
}

/**
 * Draws a state machine with the figures of each state.
 *
 * @param definition `sandbox.stateMachines.definition(arn)`
 * @param counts `sandbox.stateMachines.counts(arn)`, by the names of states
 */
export function drawExecutions(
  definition: JsonObject,
  counts: Readonly<Record<string, StateCounts>>,
  { title, columns }: PictureOptions,
): ExecutionsPicture {
  const rows = rowsOf(definition);
  return { svg: svgOf(rows, counts, title), text: textOf(rows, counts, columns) };
}
