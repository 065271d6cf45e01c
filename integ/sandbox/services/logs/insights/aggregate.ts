import { isNumber, naturalOrder } from './compare';
import { type Row, timeText } from './event';
import type { Aggregate, Group } from './query';

/** The rows of `stats`: one for each combination of what results are grouped by. */
export function aggregate(rows: readonly Row[], aggregates: readonly Aggregate[], groups: readonly Group[]): Map<string, string>[] {
  const found = new Map<string, { readonly key: (string | undefined)[]; readonly rows: Row[] }>();
  if (groups.length === 0) found.set('[]', { key: [], rows: [...rows] });
  else {
    for (const row of rows) {
      const key = groups.map((group) => keyOf(group, row));
      const name = JSON.stringify(key);
      const known = found.get(name);
      if (known === undefined) found.set(name, { key, rows: [row] });
      else known.rows.push(row);
    }
  }
  return [...found.values()].map(({ key, rows: members }) => {
    const result = new Map<string, string>();
    groups.forEach(({ as }, index) => {
      const value = key[index];
      if (value !== undefined) result.set(as, value);
    });
    for (const one of aggregates) {
      const value = resultOf(one, members);
      if (value !== undefined) result.set(one.as, value);
    }
    return result;
  });
}

function keyOf({ field, period }: Group, row: Row): string | undefined {
  const value = row(field);
  if (period === undefined || value === undefined) return value;
  const at = Date.parse(`${value.replace(' ', 'T')}Z`);
  return timeText(at - (at % period));
}

function resultOf({ function: name, field, percent = 0 }: Aggregate, rows: readonly Row[]): string | undefined {
  if (field === undefined) return String(rows.length);
  const values = rows.flatMap((row) => row(field) ?? []);
  if (name === 'count') return String(values.length);
  if (name === 'min' || name === 'max') {
    const sorted = values.sort(naturalOrder);
    return name === 'min' ? sorted[0] : sorted.at(-1);
  }
  const numbers = values.filter(isNumber).map(Number);
  if (numbers.length === 0) return undefined;
  const sum = () => numbers.reduce((total, one) => total + one, 0);
  if (name === 'sum') return String(sum());
  if (name === 'avg') return String(sum() / numbers.length);
  numbers.sort((one, other) => one - other);
  return String(numbers[Math.max(0, Math.ceil((percent / 100) * numbers.length) - 1)]);
}
