/** One measured thing: its name, and a value for each column. Numbers keep their unit in the column's name. */
export interface Row {
  readonly name: string;
  readonly values: Readonly<Record<string, number | string>>;
}

/** What the project promises of a figure. */
export interface Goal {
  readonly name: string;
  readonly figure: number;
  readonly relation: 'at most' | 'at least';
  readonly goal: number;
  readonly met: boolean;
}

/** A further table of a part. */
export interface Table {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** The result of one part of the benchmark. */
export interface Figures extends Table {
  /** One line on where the difference comes from or what to keep in mind, and how it was measured: one sentence each. */
  readonly method: readonly string[];
  readonly details?: readonly Table[];
  readonly goals: readonly Goal[];
}

/** A part of the benchmark; `say` is told of progress. */
export type Part = (say: (line: string) => void) => Promise<Figures>;

export function atMost(name: string, figure: number, goal: number): Goal {
  return { name, figure, relation: 'at most', goal, met: figure <= goal };
}

export function atLeast(name: string, figure: number, goal: number): Goal {
  return { name, figure, relation: 'at least', goal, met: figure >= goal };
}
