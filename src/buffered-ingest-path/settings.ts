import type { Variables } from '../runtime/environment';

// Imported by handlers, too: nothing here may import the CDK.

/** Settings of each writer: where items go and how their keys are made. */
export interface WriterSettings {
  readonly TABLE_NAME: string;
  /** Names of the key attributes. */
  readonly PARTITION_KEY: string;
  readonly SORT_KEY?: string;
  /** Names of the indexes' sort keys. */
  readonly INDEX_SORT_KEYS?: readonly string[];
  /** Key templates by attribute name: the keys of the table, and those of its indexes. */
  readonly KEY_TEMPLATES: Readonly<Record<string, string>>;
  /** Names of the keys that an item lacks if its body lacks a part: keys of sparse indexes. */
  readonly OPTIONAL_KEYS?: readonly string[];
  /** Together with the seconds, or not at all. */
  readonly TIME_TO_LIVE_ATTRIBUTE?: string;
  readonly TIME_TO_LIVE_SECONDS?: number;
  /** The table of the tenant directory, if messages of tenants that have left are discarded. */
  readonly DIRECTORY_TABLE?: string;
}

export const WRITER_VARIABLES: Variables<WriterSettings> = {
  TABLE_NAME: 'text',
  PARTITION_KEY: 'text',
  SORT_KEY: 'text?',
  INDEX_SORT_KEYS: 'json?',
  KEY_TEMPLATES: 'json',
  OPTIONAL_KEYS: 'json?',
  TIME_TO_LIVE_ATTRIBUTE: 'text?',
  TIME_TO_LIVE_SECONDS: 'json?',
  DIRECTORY_TABLE: 'text?',
};

/** Settings of the writer that opens a session for each tenant. */
export interface TenantWriterSettings extends WriterSettings {
  /** The role whose sessions it opens, and the session tag that holds the tenant's id. */
  readonly TENANT_ROLE_ARN: string;
  readonly TENANT_TAG: string;
}

export const TENANT_WRITER_VARIABLES: Variables<TenantWriterSettings> = {
  ...WRITER_VARIABLES,
  TENANT_ROLE_ARN: 'text',
  TENANT_TAG: 'text',
};
