import type { Construct } from 'constructs';
import { invalid } from '../core/private/base/invalid';
import type { LakeErasure } from '../lake-erasure';
import type { ResilientGovSync } from '../resilient-gov-sync';
import type { ITenantDirectory } from '../tenant-directory';
import type { ITenantTable } from '../tenant-table';
import type { RemovedFolder, RemovedLake, RemovedTable } from './settings';
import type { TenantFolder } from './tenant-folder';

/** Where data of tenants is. */
export interface Places {
  readonly tables: ITenantTable[];
  readonly folders: TenantFolder[];
  readonly lakes: LakeErasure[];
  readonly syncs: ResilientGovSync[];
}

export const tableSetting = ({ node, table, partitionKeyName, sortKeyName }: ITenantTable): RemovedTable => ({
  place: node.path,
  table: table.tableName,
  keys: [partitionKeyName, ...(sortKeyName === undefined ? [] : [sortKeyName])],
});

export const folderSetting = (folder: TenantFolder): RemovedFolder => ({
  place: placeOf(folder),
  bucket: folder.bucket.bucketName,
  prefix: folder.prefix,
});

export const lakeSetting = ({ node, startFunction }: LakeErasure): RemovedLake => ({
  place: node.path,
  startFunction: startFunction.functionName,
});

const placeOf = ({ bucket, prefix }: TenantFolder): string => `${bucket.node.path}/${prefix}`;

/** @throws when there is no place, one is given twice, is of another tenancy, or lacks another one that it needs */
export function checkPlaces(scope: Construct, { tenancy }: ITenantDirectory, { tables, folders, lakes, syncs }: Places): void {
  if (tables.length + folders.length + lakes.length + syncs.length === 0)
    invalid(scope, 'tables', tables, 'at least one of tables, folders, lakes and syncs');
  for (const [position, table] of tables.entries()) {
    if (table.tenancy.noun === tenancy.noun) continue;
    invalid(scope, `tables[${position}].tenancy.noun`, table.tenancy.noun, `${tenancy.noun}, as in the directory`);
  }
  const paths = (all: readonly Construct[]) => all.map(({ node }) => node.path);
  const names = { tables: tables.map(({ node }) => node.path), folders: folders.map(placeOf), lakes: paths(lakes), syncs: paths(syncs) };
  for (const [property, all] of Object.entries(names)) {
    const twice = all.find((name, position) => all.indexOf(name) !== position);
    if (twice !== undefined) invalid(scope, property, all, `each of them once: ${twice} is there twice`);
  }
  for (const [position, erasure] of lakes.entries()) {
    const { table: source } = erasure._lake._source;
    if (tables.some(({ table }) => table === source)) continue;
    const found = source.node.path;
    invalid(scope, `lakes[${position}]`, erasure, `a lake whose table is among the tables: add the table of ${found}`);
  }
}
