import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { invalid } from '../core/private/base/invalid';
import { addQuota } from '../core/private/limits';
import { IndexWriters } from './index-writers';
import type { TenantIndex } from './tenant-index';

/** Attribute names that mean something else in the table. */
export interface TableAttributes {
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly timeToLive: string;
}

/** Rejects indexes through which one tenant could reach another's items, and those that DynamoDB would reject half-way through a deployment. */
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
    if (sortKey === taken.timeToLive) invalid(scope, prop('sortKey'), sortKey, 'an attribute other than the expiry, which is a number');
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

type Prop = (name: string) => string;

/** The table's own partition key: what it holds is decided by the table. */
function validateTableKey(scope: IConstruct, prop: Prop, { partitionKeyTemplate, writers }: TenantIndex): void {
  if (partitionKeyTemplate !== undefined) validateTemplate(scope, prop, partitionKeyTemplate);
  if (writers === undefined) return;
  invalid(scope, prop('writers'), writers, "none: an index on the table's own partition key has no other key that a writer could give");
}

function validatePartitionKey(
  scope: IConstruct,
  prop: Prop,
  { partitionKey, partitionKeyTemplate }: TenantIndex & { readonly partitionKey: string },
  taken: TableAttributes,
): void {
  validateAttribute(scope, prop('partitionKey'), partitionKey);
  // A policy names the attribute, and would take this for a variable.
  if (partitionKey.includes('${')) invalid(scope, prop('partitionKey'), partitionKey, 'a name without ${');
  if (partitionKeyTemplate === undefined) {
    invalid(scope, prop('partitionKeyTemplate'), partitionKeyTemplate, `how every writer makes ${partitionKey}`);
  }
  validateTemplate(scope, prop, partitionKeyTemplate);
  if (partitionKey === taken.sortKey)
    invalid(
      scope,
      prop('partitionKey'),
      partitionKey,
      "an attribute other than the table's sort key, whose values need not begin with the tenant",
    );
  if (partitionKey === taken.timeToLive)
    invalid(scope, prop('partitionKey'), partitionKey, 'an attribute other than the expiry, which is a number');
}

function validateTemplate(scope: IConstruct, prop: Prop, template: NonNullable<TenantIndex['partitionKeyTemplate']>): void {
  if (template.beginsWithTenant()) return;
  invalid(
    scope,
    prop('partitionKeyTemplate'),
    template,
    'a template that begins with {tenant}#: tenants would otherwise share partitions of the index',
  );
}

/** An item has an attribute once, and a permission names it for all indexes. */
function validateAgreement(scope: IConstruct, prop: Prop, index: TenantIndex, indexes: TenantIndex[]): void {
  const { partitionKey, partitionKeyTemplate, writers = IndexWriters.trusted() } = index;
  const twin = indexes.find((other) => other.partitionKey === partitionKey) ?? index;
  const others = `as in the other index on ${partitionKey}: an item has the attribute once`;
  if (`${twin.partitionKeyTemplate}` !== `${partitionKeyTemplate}`) {
    invalid(scope, prop('partitionKeyTemplate'), partitionKeyTemplate, `${twin.partitionKeyTemplate}, ${others}`);
  }
  const twins = twin.writers ?? IndexWriters.trusted();
  if (twins.includeSessions !== writers.includeSessions) invalid(scope, prop('writers'), writers, `${twins}, ${others}`);
}

function validateAttribute(scope: IConstruct, property: string, name: string): void {
  if (Token.isUnresolved(name))
    invalid(scope, property, name, 'a value that is known at synthesis, to be told from the other key attributes');
  if (name.length < 1 || name.length > 255) invalid(scope, property, name, '1 to 255 characters');
}
