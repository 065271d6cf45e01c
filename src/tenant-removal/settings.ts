import type { Variables } from '../runtime/environment';

// Imported by the handler, too: nothing here may import the CDK.

/** A table whose items belong to tenants. */
export interface RemovedTable {
  /** Path of its construct. */
  readonly place: string;
  readonly table: string;
  /** Names of its keys. The first begins with the tenant's id and `#`. */
  readonly keys: readonly string[];
}

/** The folders of tenants in a bucket. */
export interface RemovedFolder {
  /** Path of the bucket, and the prefix. */
  readonly place: string;
  readonly bucket: string;
  /** Text before the tenant's id. */
  readonly prefix: string;
}

/** A lake whose rows belong to tenants. */
export interface RemovedLake {
  /** Path of its erasure. */
  readonly place: string;
  /** Name of the function that opens erasures. */
  readonly startFunction: string;
}

/** A ResilientGovSync that has reports of tenants. */
export interface RemovedSync {
  /** Path of its construct. */
  readonly place: string;
  /** Name of the function that removes what it has of a tenant. */
  readonly removeFunction: string;
  /** The bucket of its reports. */
  readonly bucket: string;
}

/** Stores of a construct that have data of tenants after a removal, by their paths below it. Short, because Lambda takes 4 KB of settings. */
export interface RetainedStores {
  /** Path of the construct. */
  readonly place: string;
  /** Days after which the data is deleted. */
  readonly expires?: Readonly<Record<string, number>>;
  /** Days for which nobody can delete it. */
  readonly locked?: Readonly<Record<string, number>>;
  /** Stores from which nothing is deleted. */
  readonly kept?: readonly string[];
}

/** Settings of the function that removes tenants' data. */
export interface RemovalSettings {
  /** Name of the directory's table. */
  readonly DIRECTORY_TABLE: string;
  /** How long a tenant must have departed. */
  readonly HOLD_SECONDS: string;
  readonly TENANT_ROLE_ARN: string;
  /** Key of the session tag. */
  readonly TENANT_TAG: string;
  readonly TABLES: readonly RemovedTable[];
  readonly FOLDERS: readonly RemovedFolder[];
  readonly LAKES: readonly RemovedLake[];
  readonly SYNCS: readonly RemovedSync[];
  readonly RETAINED: readonly RetainedStores[];
}

export const REMOVAL_VARIABLES: Variables<RemovalSettings> = {
  DIRECTORY_TABLE: 'text',
  HOLD_SECONDS: 'text',
  TENANT_ROLE_ARN: 'text',
  TENANT_TAG: 'text',
  TABLES: 'json',
  FOLDERS: 'json',
  LAKES: 'json',
  SYNCS: 'json',
  RETAINED: 'json',
};

/** Partition of the directory with one item for each removal. Its sort keys begin with the tenant's id and `#`. */
export const REMOVALS_PARTITION = 'REMOVALS';
