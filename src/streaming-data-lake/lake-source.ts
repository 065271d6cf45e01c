import type { IItemStore } from '../core';
import { invalid } from '../core/private/base/invalid';
import { STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds } from '../core/private/base/props';
import type { LakeSourceVariant } from './lake-source-variant';
import { tableStream } from './table-stream';

/** Names of attributes that a lake reads besides its columns. */
export interface TableStreamOptions {
  /**
   * Attribute of an item that holds the correlation id of the request that wrote it; a string.
   *
   * @default 'correlationId'
   */
  readonly correlationAttribute?: string;
  /**
   * Attribute that an item has once it is deleted, of any type. Services delete an item by setting it, because a removed item cannot be
   * told from one that expired.
   *
   * @default 'deletedAt'
   */
  readonly deletionAttribute?: string;
}

/** Where the changes in a data lake come from. */
export class LakeSource {
  /**
   * The stream of a table: each insertion and each modification of an item. Removals are not included, whether by TTL or by a caller.
   *
   * @param store a TenantTable, or `ItemStore.fromTable` for a table of your own. It must have a stream with new images.
   * @param options names of attributes
   * @throws when the name of an attribute is not of letters, digits and underscores
   */
  public static tableStream(store: IItemStore, options: TableStreamOptions = {}): LakeSource {
    checkProps('LakeSource', options, OPTIONS);
    const { correlationAttribute = 'correlationId', deletionAttribute = 'deletedAt' } = options;
    for (const [property, name] of Object.entries({ correlationAttribute, deletionAttribute })) {
      if (!/^[A-Za-z0-9_]+$/.test(name)) {
        invalid('LakeSource', property, name, 'the name of an attribute, of letters, digits and underscores, known at synthesis');
      }
    }
    return new LakeSource(tableStream(store, { correlationAttribute, deletionAttribute }));
  }

  private constructor(
    /** @internal */
    public readonly _variant: LakeSourceVariant,
  ) {}
}

const OPTIONS: PropKinds<TableStreamOptions> = { correlationAttribute: STRING, deletionAttribute: STRING };
