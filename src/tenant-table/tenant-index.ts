import type { KeyTemplate } from '../core';
import type { IndexWriters } from './index-writers';

/** A global secondary index of a TenantTable. */
export interface TenantIndex {
  /** Name of the index: 3 to 255 letters, digits, `_`, `-` and `.`. */
  readonly name: string;
  /**
   * Attribute name of the index's partition key.
   *
   * @default - `pk`, the table's own: with it, no one can put an item into another tenant's partition of the index
   */
  readonly partitionKey?: string;
  /**
   * Template of the index's partition key, which every writer uses. It must begin with `{tenant}#`, because IAM compares a query of an
   * index with the index's partition key. Indexes with the same `partitionKey` must have the same template.
   *
   * @default - none; required for every partition key other than `pk`
   */
  readonly partitionKeyTemplate?: KeyTemplate;
  /**
   * Attribute name of the index's sort key.
   *
   * @default - no sort key
   */
  readonly sortKey?: string;
  /**
   * Attributes that are projected into the index besides the keys; an empty list projects only the keys.
   *
   * @default - all attributes
   */
  readonly attributes?: string[];
  /**
   * Who may write the attribute `partitionKey`. Indexes with the same `partitionKey` must have the same value. Not for the table's own
   * partition key.
   *
   * @default IndexWriters.trusted()
   */
  readonly writers?: IndexWriters;
}
