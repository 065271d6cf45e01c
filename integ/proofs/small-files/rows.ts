/** The values of all columns. */
export type Row = readonly (string | null)[];

/** How two sets of rows differ in any column of any row, however often each row is there. */
export interface Difference {
  /** Rows that are there before and not, or less often, after. */
  readonly missing: number;
  /** Rows that are there after and not, or less often, before. */
  readonly added: number;
}

export function differenceOf(before: readonly Row[], after: readonly Row[]): Difference {
  const counts = new Map<string, number>();
  const count = (rows: readonly Row[], by: number) => {
    for (const row of rows) counts.set(JSON.stringify(row), (counts.get(JSON.stringify(row)) ?? 0) + by);
  };
  count(before, -1);
  count(after, 1);
  const changes = [...counts.values()];
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + Math.abs(number), 0);
  return { missing: sum(changes.filter((change) => change < 0)), added: sum(changes.filter((change) => change > 0)) };
}
