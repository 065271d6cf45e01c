import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { invalid } from '../core/private/base/invalid';
import { addQuota } from '../core/private/limits';
import { IndexWriters } from './index-writers';
import type { TenantIndex } from './tenant-index';

/** Attribute names that the table itself uses. */
export interface TableAttributes {
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly timeToLive: string;
}

/**
 * Rejects indexes through which a tenant could reach another tenant's items, and those that DynamoDB would reject during the deployment.
 */
export function validateIndexes(scope: IConstruct, indexes: TenantIndex[], taken: TableAttributes): void {
  checkCount(scope, indexes);
  indexes.forEach((index, position) => {
    const prop = (name: string): string => `indexes[${position}].${name}`;
    const { name, sortKey } = index;
    if (!Token.isUnresolved(name) && !/^[A-Za-z0-9_.-]{3,255}$/.test(name)) {
      invalid(scope, prop('name'), name, '3 to 255 letters, digits, _, - and .');
    }
    if (indexes.findIndex((other) => other.name === name) !== position)
      invalid(scope, prop('name'), name, 'a name that no other index has');
    const partitionKey = index.partitionKey ?? taken.partitionKey;
    if (partitionKey === taken.partitionKey) validateTableKey(scope, prop, index);
    else {
      validatePartitionKey(scope, prop, { ...index, partitionKey }, taken);
      validateAgreement(scope, prop, index, indexes);
    }
    if (sortKey === undefined) return;
    validateAttribute(scope, prop('sortKey'), sortKey);
    if (sortKey === partitionKey) invalid(scope, prop('sortKey'), sortKey, "an attribute other than the index's partition key");
    if (sortKey === taken.timeToLive)
      invalid(scope, prop('sortKey'), sortKey, 'an attribute other than the expiry, because that is a number');
  });
}

/** Documented: "Quotas in Amazon DynamoDB", global secondary indexes. The CDK itself checks the number of projected attributes. */
function checkCount(scope: IConstruct, indexes: TenantIndex[]): void {
  const remedy = 'Use one index for several queries, or request a higher quota.';
  addQuota(
    scope,
    { id: 'tableIndexes', property: 'indexes', most: 20, source: '"Quotas in Amazon DynamoDB"', remedy },
    () => indexes.length,
  );
}

type Prop = (name: string) => string;

/** An index on the table's own partition key has no key of its own to define. */
function validateTableKey(scope: IConstruct, prop: Prop, { partitionKeyTemplate, writers }: TenantIndex): void {
  if (partitionKeyTemplate !== undefined) validateTemplate(scope, prop, partitionKeyTemplate);
  if (writers === undefined) return;
  invalid(scope, prop('writers'), writers, "none, because it is only for indexes with a partition key other than the table's own");
}

function validatePartitionKey(
  scope: IConstruct,
  prop: Prop,
  { partitionKey, partitionKeyTemplate }: TenantIndex & { readonly partitionKey: string },
  taken: TableAttributes,
): void {
  validateAttribute(scope, prop('partitionKey'), partitionKey);
  // Policies contain the name, and IAM would read this as a policy variable.
  if (partitionKey.includes('${')) invalid(scope, prop('partitionKey'), partitionKey, 'a name without ${');
  if (partitionKeyTemplate === undefined) {
    invalid(scope, prop('partitionKeyTemplate'), partitionKeyTemplate, `a template that every writer uses for ${partitionKey}`);
  }
  validateTemplate(scope, prop, partitionKeyTemplate);
  if (partitionKey === taken.sortKey)
    invalid(
      scope,
      prop('partitionKey'),
      partitionKey,
      "an attribute other than the table's sort key, because its values need not begin with the tenant",
    );
  if (partitionKey === taken.timeToLive)
    invalid(scope, prop('partitionKey'), partitionKey, 'an attribute other than the expiry, because that is a number');
}

function validateTemplate(scope: IConstruct, prop: Prop, template: NonNullable<TenantIndex['partitionKeyTemplate']>): void {
  if (template.beginsWithTenant()) return;
  invalid(
    scope,
    prop('partitionKeyTemplate'),
    template,
    'a template that begins with {tenant}#: otherwise tenants would share partitions of the index',
  );
}

/**
 * Indexes with the same partition key attribute must agree, because an item has the attribute only once and policies name it for all
 * indexes.
 */
function validateAgreement(scope: IConstruct, prop: Prop, index: TenantIndex, indexes: TenantIndex[]): void {
  const { partitionKey, partitionKeyTemplate, writers = IndexWriters.trusted() } = index;
  const twin = indexes.find((other) => other.partitionKey === partitionKey) ?? index;
  const others = `as in the other index on ${partitionKey}, because an item has the attribute only once`;
  if (`${twin.partitionKeyTemplate}` !== `${partitionKeyTemplate}`) {
    invalid(scope, prop('partitionKeyTemplate'), partitionKeyTemplate, `${twin.partitionKeyTemplate}, ${others}`);
  }
  const twins = twin.writers ?? IndexWriters.trusted();
  if (twins.includeSessions !== writers.includeSessions) invalid(scope, prop('writers'), writers, `${twins}, ${others}`);
}

function validateAttribute(scope: IConstruct, property: string, name: string): void {
  if (Token.isUnresolved(name))
    invalid(scope, property, name, 'a value that is known at synthesis, because it is compared with the other key attributes');
  if (name.length < 1 || name.length > 255) invalid(scope, property, name, '1 to 255 characters');
}
