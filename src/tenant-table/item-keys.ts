import type { Duration } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { KeyTemplate } from '../core';
import { checkTimeToLive } from '../core/private/base/time-to-live';
import type { TenantIndex } from './tenant-index';
import { validateIndexes } from './validate-indexes';

export const partitionKeyName = 'pk';
export const sortKeyName = 'sk';
export const timeToLiveAttribute = 'expiresAt';

/** Keys of a table's indexes, as writers need them. */
export interface WrittenIndexes {
  readonly indexKeys: { [attribute: string]: KeyTemplate };
  readonly indexSortKeys: string[];
}

/**
 * Validates indexes and time to live of a table, and returns the keys of its indexes.
 *
 * @throws when an index could mix tenants, or a time to live is not a whole number of seconds
 */
export function itemKeys(scope: IConstruct, indexes: TenantIndex[], timeToLive: Duration | undefined): WrittenIndexes {
  checkTimeToLive(scope, timeToLive);
  validateIndexes(scope, indexes, { partitionKey: partitionKeyName, sortKey: sortKeyName, timeToLive: timeToLiveAttribute });
  const indexKeys = Object.fromEntries(
    indexes.flatMap(({ partitionKey = partitionKeyName, partitionKeyTemplate }) =>
      partitionKey === partitionKeyName || partitionKeyTemplate === undefined ? [] : [[partitionKey, partitionKeyTemplate]],
    ),
  );
  const taken = [partitionKeyName, sortKeyName, ...Object.keys(indexKeys)];
  const sortKeys = indexes.flatMap(({ sortKey }) => (sortKey === undefined ? [] : [sortKey]));
  return { indexKeys, indexSortKeys: [...new Set(sortKeys)].filter((name) => !taken.includes(name)) };
}
