import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { addQuota } from '../core/limits';
import { refuse } from '../core/refuse';
import type { TenantIndex } from './tenant-index';

/**
 * Refuses indexes through which one tenant could reach another's items, and those that DynamoDB would refuse half-way through a deployment.
 *
 * @param taken attribute names that mean something else in the table
 */
export function validateIndexes(scope: IConstruct, indexes: TenantIndex[], taken: { sortKey: string; timeToLive: string }): void {
  checkCount(scope, indexes);
  indexes.forEach((index, position) => {
    const prop = (name: string): string => `indexes[${position}].${name}`;
    const { name, partitionKey, partitionKeyTemplate, sortKey } = index;
    if (!Token.isUnresolved(name) && !/^[A-Za-z0-9_.-]{3,255}$/.test(name)) {
      refuse(scope, prop('name'), name, 'be 3 to 255 letters, digits, _, - and .');
    }
    if (indexes.findIndex((other) => other.name === name) !== position)
      refuse(scope, prop('name'), name, 'differ from the other indexes’ names');
    validateAttribute(scope, prop('partitionKey'), partitionKey);
    if (!partitionKeyTemplate.beginsWithTenant()) {
      refuse(
        scope,
        prop('partitionKeyTemplate'),
        partitionKeyTemplate,
        'begin with {tenant}#, or tenants would share partitions of the index',
      );
    }
    if (partitionKey === taken.sortKey)
      refuse(
        scope,
        prop('partitionKey'),
        partitionKey,
        "be an attribute other than the table's sort key, whose values need not begin with the tenant",
      );
    if (partitionKey === taken.timeToLive)
      refuse(scope, prop('partitionKey'), partitionKey, 'be an attribute other than the expiry, which is a number');
    const twin = indexes.find((other) => other.partitionKey === partitionKey)?.partitionKeyTemplate ?? partitionKeyTemplate;
    if (`${twin}` !== `${partitionKeyTemplate}`) {
      refuse(
        scope,
        prop('partitionKeyTemplate'),
        partitionKeyTemplate,
        `be ${twin}, as in the other index on ${partitionKey}: an item has the attribute once`,
      );
    }
    if (sortKey === undefined) return;
    validateAttribute(scope, prop('sortKey'), sortKey);
    if (sortKey === partitionKey) refuse(scope, prop('sortKey'), sortKey, "be an attribute other than the index's partition key");
    if (sortKey === taken.timeToLive) refuse(scope, prop('sortKey'), sortKey, 'be an attribute other than the expiry, which is a number');
  });
}

/** Documented: "Quotas in Amazon DynamoDB", global secondary indexes. How many attributes are copied into them by name, the CDK checks itself. */
function checkCount(scope: IConstruct, indexes: TenantIndex[]): void {
  const remedy = 'Let one index answer several questions, or have the quota raised.';
  addQuota(
    scope,
    { id: 'tableIndexes', property: 'indexes', most: 20, source: '"Quotas in Amazon DynamoDB"', remedy },
    () => indexes.length,
  );
}

function validateAttribute(scope: IConstruct, property: string, name: string): void {
  if (Token.isUnresolved(name)) refuse(scope, property, name, 'be known at synthesis, to be told from the other key attributes');
  if (name.length < 1 || name.length > 255) refuse(scope, property, name, 'be 1 to 255 characters');
}
