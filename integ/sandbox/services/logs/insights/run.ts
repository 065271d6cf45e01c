import type { JsonObject, LogLine } from '../../../contracts';
import { aggregate } from './aggregate';
import { matches, naturalOrder } from './compare';
import { type Row, rowOf } from './event';
import type { Column, Query } from './query';

export interface Answer {
  /** `[{ field, value }]` for each row. */
  readonly results: readonly (readonly JsonObject[])[];
  readonly statistics: { readonly recordsMatched: number; readonly recordsScanned: number; readonly bytesScanned: number };
}

/** Documented: "limit": without one, a query returns up to 10,000 log events. */
export const DEFAULT_LIMIT = 10_000;
const DEFAULT_FIELDS = ['@timestamp', '@message'];

/**
 * Runs a query over log lines, the oldest first. Without `sort`, the newest event is the first one, as the console shows them: AWS documents
 * no order.
 */
export function runQuery(query: Query, lines: readonly LogLine[], account: string, limit = DEFAULT_LIMIT): Answer {
  const isSorted = query.some(({ command }) => command === 'sort' || command === 'stats');
  const events = isSorted ? lines : [...lines].reverse();
  let rows: Row[] = events.map((line) => rowOf(line, account));
  let columns: readonly Column[] = [];
  let matched = rows.length;
  for (const command of query) {
    switch (command.command) {
      case 'fields':
        columns = [...columns, ...command.fields];
        rows = rows.map((row) => renamed(row, command.fields));
        break;
      case 'filter':
        rows = rows.filter((row) => matches(command.condition, row));
        matched = rows.length;
        break;
      case 'sort':
        rows = sorted(rows, command.by);
        break;
      case 'limit':
        rows = rows.slice(0, command.count);
        break;
      default: {
        const { aggregates, groups } = command;
        columns = [...groups, ...aggregates].map(({ as }) => ({ field: as, as }));
        rows = aggregate(rows, aggregates, groups).map((values) => (field: string) => values.get(field));
      }
    }
  }
  const shown = columns.length === 0 ? DEFAULT_FIELDS : columns.map(({ as }) => as);
  const results = rows.slice(0, limit).map((row) =>
    shown.flatMap((field) => {
      const value = row(field);
      return value === undefined ? [] : [{ field, value }];
    }),
  );
  const bytesScanned = lines.reduce((sum, { message }) => sum + Buffer.byteLength(message), 0);
  return { results, statistics: { recordsMatched: matched, recordsScanned: lines.length, bytesScanned } };
}

function renamed(row: Row, fields: readonly Column[]): Row {
  const aliases = fields.filter(({ field, as }) => field !== as);
  return aliases.length === 0 ? row : (name) => row(aliases.find(({ as }) => as === name)?.field ?? name);
}

function sorted(rows: readonly Row[], by: readonly { readonly field: string; readonly descending: boolean }[]): Row[] {
  return [...rows].sort((one, other) => {
    for (const { field, descending } of by) {
      const difference = naturalOrder(one(field), other(field));
      if (difference !== 0) return descending ? -difference : difference;
    }
    return 0;
  });
}
