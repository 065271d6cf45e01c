import type { KeyTemplate } from '../core';

/** Another way to look up a tenant's items. */
export interface TenantIndex {
  /** The index's name: 3 to 255 letters, digits, `_`, `-` and `.`. */
  readonly name: string;
  /** Attribute name of the index's partition key. */
  readonly partitionKey: string;
  /**
   * How every writer makes that attribute's value. It begins with `{tenant}#`: in an index, a tenant's permissions are compared with the
   * index's partition key. Indexes that share the attribute have the same template.
   */
  readonly partitionKeyTemplate: KeyTemplate;
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
}
