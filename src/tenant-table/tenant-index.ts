import type { KeyTemplate } from '../core';
import type { IndexWriters } from './index-writers';

/** Another way to look up a tenant's items. */
export interface TenantIndex {
  /** The index's name: 3 to 255 letters, digits, `_`, `-` and `.`. */
  readonly name: string;
  /**
   * Attribute name of the index's partition key.
   *
   * @default - `pk`, the table's own, with another sort key: what an item's key says in the table, it says in the index, so that nobody can
   * put an item into another tenant's partition of the index
   */
  readonly partitionKey?: string;
  /**
   * How every writer makes that attribute's value. It begins with `{tenant}#`: in an index, a tenant's permissions are compared with the
   * index's partition key. Indexes that share the attribute have the same template.
   *
   * @default - none: only for the table's own partition key
   */
  readonly partitionKeyTemplate?: KeyTemplate;
  /**
   * Attribute name of the index's sort key.
   *
   * @default - no sort key
   */
  readonly sortKey?: string;
  /**
   * Attributes that are copied into the index beside the keys; none for an empty list.
   *
   * @default - all attributes
   */
  readonly attributes?: string[];
  /**
   * Who may give items the attribute `partitionKey`. Indexes that share the attribute say the same. There is no choice for the table's own
   * partition key.
   *
   * @default IndexWriters.trusted()
   */
  readonly writers?: IndexWriters;
}
