import { REWRITTEN_TABLE_VARIABLES, type RewrittenTable } from '../lake-rewrite/rewritten-table';
import type { Variables } from '../runtime/environment';

/** Settings of the function, as environment variables. */
export interface CompactionSettings extends RewrittenTable {
  /** New files of a month that has not ended, beyond which its folder is compacted. */
  readonly MOST_NEW_FILES: number;
  /** Folders that are compacted at the same time. */
  readonly CONCURRENCY: number;
}

export const COMPACTION_VARIABLES: Variables<CompactionSettings> = {
  ...REWRITTEN_TABLE_VARIABLES,
  MOST_NEW_FILES: 'json',
  CONCURRENCY: 'json',
};
