import type { Variables } from '../runtime/environment';

// Imported by the handler, too: nothing here may import the CDK.

/** Settings of the function that erases items. */
export interface ErasureSettings {
  readonly BUCKET_NAME: string;
  readonly DATABASE: string;
  /** The table of the stored rows. */
  readonly LAKE_TABLE: string;
  /** Its columns, without those of the folders. */
  readonly COLUMNS: readonly string[];
  readonly WORKGROUP: string;
  /** The column of the tenant, if each tenant has a folder of its own. */
  readonly TENANT_COLUMN?: string;
  /** The first year that has a folder. */
  readonly FIRST_YEAR: string;
  /** The table that the lake is a history of, and the names of its keys. */
  readonly SOURCE_TABLE: string;
  readonly KEYS: readonly string[];
  /** How long changes of an item may still arrive after the table has none of it. */
  readonly ARRIVAL_SECONDS: string;
}

export const ERASURE_VARIABLES: Variables<ErasureSettings> = {
  BUCKET_NAME: 'text',
  DATABASE: 'text',
  LAKE_TABLE: 'text',
  COLUMNS: 'json',
  WORKGROUP: 'text',
  TENANT_COLUMN: 'text?',
  FIRST_YEAR: 'text',
  SOURCE_TABLE: 'text',
  KEYS: 'json',
  ARRIVAL_SECONDS: 'text',
};
