import { KeyTemplate } from '../core';
import { invalid } from '../core/private/base/invalid';

/** Key templates of an ingest path, as texts (see `KeyTemplate`). */
export interface IngestKeyTemplates {
  /** Begins with `{tenant}#`. */
  readonly partitionKey: string;
  /**
   * Together with the partition key it holds `{idempotencyKey}`.
   *
   * @default - none, for tables without a sort key
   */
  readonly sortKey?: string;
  /**
   * Further attributes by name, for the keys of indexes. The partition key of an index has the table's own template for it; any other
   * begins with `{tenant}#`, unless the table names it among its `indexSortKeys`.
   *
   * @default - the partition keys of the table's indexes, in each item whose body has the parts of it
   */
  readonly attributes?: { [name: string]: string };
  /**
   * Keys of the table's indexes that other writers fill, by attribute name: this path leaves them out. Without it, an index key that no body of the
   * schema makes is an error.
   *
   * @default []
   */
  readonly filledByOthers?: string[];
}

/** Attributes that the writer stamps on each item, beside the keys and the time to live. */
export const STAMPED_ATTRIBUTES = ['tenant', 'correlationId', 'requestId', 'traceparent', 'messageId', 'receivedAt', 'body'];

/** How the keys of an item are made from the message that it came in. */
export class IngestKeys {
  /**
   * Keys from their templates.
   *
   * @param templates of both keys of the table, and of further attributes
   * @throws when a template is not one, when the partition key does not begin with the tenant, when the primary key lacks
   * `{idempotencyKey}` (two messages would be one item and the second one lost), or when it holds `{receivedAt}` or `{correlationId}`
   * (a repeated request would be stored twice), or when an attribute is both made and left to others
   */
  public static of(templates: IngestKeyTemplates): IngestKeys {
    const partitionKey = KeyTemplate.of(templates.partitionKey);
    const sortKey = templates.sortKey === undefined ? undefined : KeyTemplate.of(templates.sortKey);
    if (!partitionKey.beginsWithTenant()) {
      invalid(
        'IngestKeys',
        'partitionKey',
        templates.partitionKey,
        'a template that begins with {tenant}#: tenants could otherwise read and repeat each other',
      );
    }
    if (![partitionKey, sortKey].some((key) => key?.placeholders.includes('idempotencyKey'))) {
      const last = sortKey === undefined ? 'partitionKey' : 'sortKey';
      invalid(
        'IngestKeys',
        last,
        templates[last],
        'a template with {idempotencyKey}: a second message would otherwise be taken for a repeat and lost',
      );
    }
    for (const [name, key] of Object.entries({ partitionKey, sortKey })) {
      const changing = key?.placeholders.find((placeholder) => placeholder === 'receivedAt' || placeholder === 'correlationId');
      if (key === undefined || changing === undefined) continue;
      invalid(
        'IngestKeys',
        name,
        key.toString(),
        `a template without {${changing}}: a repeat of a request has another, and would be stored twice`,
      );
    }
    const further = Object.entries(templates.attributes ?? {}).map(([name, template]): [string, KeyTemplate] => {
      if (name === '' || STAMPED_ATTRIBUTES.includes(name)) {
        invalid('IngestKeys', 'attributes', name, `attributes other than the writer's own: ${STAMPED_ATTRIBUTES.join(', ')}`);
      }
      return [name, KeyTemplate.of(template)];
    });
    const filledByOthers = templates.filledByOthers ?? [];
    const both = filledByOthers.find((name) => Object.hasOwn(templates.attributes ?? {}, name));
    if (both !== undefined) invalid('IngestKeys', 'filledByOthers', both, 'a key that attributes does not name: this path makes those');
    return new IngestKeys(partitionKey, sortKey, Object.fromEntries(further), filledByOthers);
  }

  private constructor(
    /** Makes the partition key. */
    public readonly partitionKey: KeyTemplate,
    /** Makes the sort key, where there is one. */
    public readonly sortKey: KeyTemplate | undefined,
    /** Make further attributes, by name. */
    public readonly attributes: { [name: string]: KeyTemplate },
    /** Keys of indexes that this path leaves out. */
    public readonly filledByOthers: string[],
  ) {}
}
