import type { IConstruct } from 'constructs';
import type { KeyTemplate } from '../core';
import { invalid } from '../core/private/base/invalid';
import { checkIndexes, indexKeysOf, type KeyProps } from './index-keys';
import { STAMPED_ATTRIBUTES } from './ingest-keys';
import { checkKey } from './key-bytes';
import { MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES } from './key-limits';

/** The key attributes that the writer sets. */
export interface WrittenKeys {
  /** Templates by attribute name. */
  readonly templates: Record<string, string>;
  /** Names of attributes that are only set if the body has all their values. */
  readonly optional: readonly string[];
}

/**
 * Returns the templates of all attributes that the writer sets: the table's keys, those of `keys.attributes`, and the partition keys of
 * indexes.
 *
 * Rejects keys other than the table's, names that are used twice in an item, templates that could put an item into another tenant's
 * partition of an index, and keys whose values a valid body can lack.
 */
export function writtenKeys(scope: IConstruct, props: KeyProps): WrittenKeys {
  const { destination, keys, schema } = props;
  checkNames(scope, props);
  checkTemplates(scope, props);
  const indexSortKeys = destination.indexSortKeys ?? [];
  const indexKeys = indexKeysOf(scope, props);
  const all: [property: string, name: string, template: KeyTemplate | undefined][] = [
    ['keys.partitionKey', destination.partitionKeyName, keys.partitionKey],
    ['keys.sortKey', destination.sortKeyName ?? '', keys.sortKey],
    ...Object.entries(keys.attributes).map(([name, template]): [string, string, KeyTemplate] => [
      `keys.attributes.${name}`,
      name,
      template,
    ]),
    ...indexKeys.map(({ name, template }): [string, string, KeyTemplate] => [`destination.indexKeys.${name}`, name, template]),
  ];
  const optional = indexKeys.filter(({ isOptional }) => isOptional).map(({ name }) => name);
  const templates: Record<string, string> = {};
  for (const [property, name, template] of all) {
    if (template === undefined) continue;
    const isSortKey = name === destination.sortKeyName || indexSortKeys.includes(name);
    const mostBytes = isSortKey ? MAX_SORT_KEY_BYTES : MAX_PARTITION_KEY_BYTES;
    checkKey(scope, { property, template, mostBytes, parts: optional.includes(name) ? 'optional' : 'required' }, schema);
    templates[name] = template.toString();
  }
  checkIndexes(scope, props, Object.keys(templates));
  return { templates, optional };
}

/** Rejects keys other than the table's, and names that are used twice in an item. */
function checkNames(scope: IConstruct, { destination, keys }: KeyProps): void {
  const { partitionKeyName, sortKeyName, timeToLiveAttribute, timeToLive } = destination;
  if ((keys.sortKey === undefined) !== (sortKeyName === undefined)) {
    const right = sortKeyName === undefined ? 'none: the table has no sort key' : `a template for ${sortKeyName}, the table's sort key`;
    invalid(scope, 'keys.sortKey', keys.sortKey?.toString(), right);
  }
  if (timeToLive !== undefined && timeToLiveAttribute === undefined) {
    invalid(scope, 'destination.timeToLive', timeToLive, 'timeToLiveAttribute as well, the attribute with the expiry of an item');
  }
  const own = [partitionKeyName, sortKeyName, timeToLiveAttribute].filter((name) => name !== undefined);
  const others = [...STAMPED_ATTRIBUTES, ...Object.keys(keys.attributes)];
  for (const [index, name] of own.entries()) {
    if (others.includes(name) || own.indexOf(name) !== index) {
      invalid(
        scope,
        'destination',
        name,
        `different names for the keys, the expiry and the other attributes of an item: ${others.join(', ')}`,
      );
    }
  }
}

/** Rejects templates that could put an item into another tenant's partition of an index. */
function checkTemplates(scope: IConstruct, { destination, keys }: KeyProps): void {
  const indexKeys = destination.indexKeys ?? {};
  for (const name of Object.keys(indexKeys)) {
    if (!STAMPED_ATTRIBUTES.includes(name)) continue;
    invalid(scope, 'destination.indexKeys', name, `attributes other than the writer's own: ${STAMPED_ATTRIBUTES.join(', ')}`);
  }
  for (const [name, template] of Object.entries(keys.attributes)) {
    const property = `keys.attributes.${name}`;
    if (Object.hasOwn(indexKeys, name)) {
      const { [name]: expected } = indexKeys;
      if (`${template}` !== `${expected}`) invalid(scope, property, `${template}`, `"${expected}", the template of the table's index`);
    } else if (!template.beginsWithTenant() && !(destination.indexSortKeys ?? []).includes(name)) {
      invalid(
        scope,
        property,
        `${template}`,
        "a template that begins with {tenant}#, or an attribute of destination.indexSortKeys: as the partition key of an index, it would allow tenants to read each other's items",
      );
    }
  }
}
