import type { Variables } from '../runtime/environment';

/** The table whose folders a function rewrites, as environment variables. */
export interface RewrittenTable {
  /** Name of the lake's bucket. */
  readonly BUCKET: string;
  /** The folder of the table's files: `data/grades/`. */
  readonly DATA_FOLDER: string;
  /** The folder for manifests and for files that are not in their place yet: `rewrites/grades/`. */
  readonly REWRITES_FOLDER: string;
  readonly DATABASE: string;
  readonly TABLE: string;
  readonly WORKGROUP: string;
  readonly TENANT_NOUN: string;
  /** The years that the table has: queries do not read files of others. */
  readonly YEARS: { readonly first: number; readonly last: number };
  readonly HAS_TENANT_FOLDERS: boolean;
}

export const REWRITTEN_TABLE_VARIABLES: Variables<RewrittenTable> = {
  BUCKET: 'text',
  DATA_FOLDER: 'text',
  REWRITES_FOLDER: 'text',
  DATABASE: 'text',
  TABLE: 'text',
  WORKGROUP: 'text',
  TENANT_NOUN: 'text',
  YEARS: 'json',
  HAS_TENANT_FOLDERS: 'json',
};
