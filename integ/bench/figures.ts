/** One row of a table: its name, and a value for each column. The column's name has the unit. */
export interface Row {
  readonly name: string;
  readonly values: Readonly<Record<string, number | string>>;
}

/** The project's goal for a figure. */
export interface Goal {
  readonly name: string;
  readonly figure: number;
  readonly relation: 'at most' | 'at least';
  readonly goal: number;
  readonly met: boolean;
}

/** An additional table of a part. */
export interface Table {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** The result of one part of the benchmark. */
export interface Figures extends Table {
  /** How it was measured, and how to read the result: one sentence each. */
  readonly method: readonly string[];
  readonly details?: readonly Table[];
  readonly goals: readonly Goal[];
}

/** A part of the benchmark; `report` prints progress. */
export type Part = (report: (line: string) => void) => Promise<Figures>;

export function atMost(name: string, figure: number, goal: number): Goal {
  return { name, figure, relation: 'at most', goal, met: figure <= goal };
}

export function atLeast(name: string, figure: number, goal: number): Goal {
  return { name, figure, relation: 'at least', goal, met: figure >= goal };
}
