import type { Encryption } from './work-group';

/** A query as its caller asked for it, with the settings of its work group. */
export interface QueryRequest {
  readonly id: string;
  readonly sql: string;
  readonly database: string;
  /** The values of the question marks, in their order. */
  readonly parameters: readonly string[];
  /** `s3://bucket/prefix/` */
  readonly outputLocation: string;
  readonly encryption?: Encryption;
  readonly cutoffBytes?: number;
}

/** What a query returns, as text. */
export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly (string | null)[])[];
}
