/** A query that the sandbox can run: commands in their order. */
export type Query = readonly Command[];

export type Command =
  | { readonly command: 'fields'; readonly fields: readonly Column[] }
  | { readonly command: 'filter'; readonly condition: Condition }
  | { readonly command: 'sort'; readonly by: readonly { readonly field: string; readonly descending: boolean }[] }
  | { readonly command: 'limit'; readonly count: number }
  | { readonly command: 'stats'; readonly aggregates: readonly Aggregate[]; readonly groups: readonly Group[] };

export interface Column {
  readonly field: string;
  readonly as: string;
}

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'compare'; readonly field: string; readonly operator: '=' | '<' | '<=' | '>' | '>='; readonly value: string }
  | { readonly kind: 'like'; readonly field: string; readonly text: string }
  | { readonly kind: 'in'; readonly field: string; readonly values: readonly string[] };

export const FUNCTIONS = ['count', 'sum', 'avg', 'min', 'max', 'pct'] as const;

export interface Aggregate {
  readonly function: (typeof FUNCTIONS)[number];
  /** Undefined for `count(*)`. */
  readonly field?: string;
  /** Of `pct`. */
  readonly percent?: number;
  readonly as: string;
}

/** What results are grouped by: a field, or the timestamp rounded down to a period in milliseconds. */
export interface Group {
  readonly field: string;
  readonly period?: number;
  readonly as: string;
}
