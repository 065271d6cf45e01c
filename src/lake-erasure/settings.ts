import { REWRITTEN_TABLE_VARIABLES, type RewrittenTable } from '../lake-rewrite/rewritten-table';
import type { Variables } from '../runtime/environment';

// Imported by the handler, too: nothing here may import the CDK.

/** Settings of the function that opens erasures. */
export interface StartErasureSettings {
  /** Name of the lake's bucket. */
  readonly BUCKET: string;
  /** Names of the keys of the table. */
  readonly KEYS: readonly string[];
  /** How long changes of an item may still arrive after the table has none of it. */
  readonly ARRIVAL_SECONDS: string;
  /** Name of the function that erases. */
  readonly ERASE_FUNCTION: string;
}

export const START_ERASURE_VARIABLES: Variables<StartErasureSettings> = {
  BUCKET: 'text',
  KEYS: 'json',
  ARRIVAL_SECONDS: 'text',
  ERASE_FUNCTION: 'text',
};

/** Settings of the function that erases items. */
export interface ErasureSettings extends RewrittenTable {
  /** The table that the lake is a history of, and the names of its keys. */
  readonly SOURCE_TABLE: string;
  readonly KEYS: readonly string[];
  /** How long changes of an item may still arrive after the table has none of it. */
  readonly ARRIVAL_SECONDS: string;
}

export const ERASURE_VARIABLES: Variables<ErasureSettings> = {
  ...REWRITTEN_TABLE_VARIABLES,
  SOURCE_TABLE: 'text',
  KEYS: 'json',
  ARRIVAL_SECONDS: 'text',
};
