import { KeyTemplate } from '../core';
import { invalid } from '../core/private/base/invalid';
import { listOf, literal, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';

/** Key templates of an ingest path, in the syntax of `KeyTemplate`. */
export interface IngestKeyTemplates {
  /** Template of the partition key; must begin with `{tenant}#`. */
  readonly partitionKey: string;
  /**
   * Template of the sort key. It or the partition key must contain `{idempotencyKey}`.
   *
   * @default - no sort key, for tables without one
   */
  readonly sortKey?: string;
  /**
   * Templates of further attributes by name, for the keys of indexes. For the partition key of an index, the template must be the
   * table's. Any other must begin with `{tenant}#`, unless it is one of the table's `indexSortKeys`.
   *
   * @default - the partition keys of the table's indexes, in each item whose body has the values for it
   */
  readonly attributes?: { [name: string]: string };
  /**
   * Attribute names of index keys that other writers set and this path does not. Any other index key that this path cannot make from a
   * body is an error.
   *
   * @default []
   */
  readonly filledByOthers?: string[];
}

/** Attributes that the writer adds to each item, besides the keys and the time to live. */
export const STAMPED_ATTRIBUTES = ['tenant', 'correlationId', 'requestId', 'traceparent', 'messageId', 'receivedAt', 'body'];

/** Defines the keys of the items that an ingest path writes. */
export class IngestKeys {
  /**
   * Keys from templates.
   *
   * @param templates the templates of the table's keys, and of further attributes
   * @throws when a template is malformed, when the partition key does not begin with the tenant, when the primary key lacks
   * `{idempotencyKey}` (the second of two messages would be lost) or contains `{receivedAt}` or `{correlationId}` (a repeated request
   * would be stored twice), or when an attribute is in both `attributes` and `filledByOthers`
   */
  public static of(templates: IngestKeyTemplates): IngestKeys {
    checkProps('IngestKeys', templates, TEMPLATES);
    const partitionKey = KeyTemplate.of(templates.partitionKey);
    const sortKey = templates.sortKey === undefined ? undefined : KeyTemplate.of(templates.sortKey);
    if (!partitionKey.beginsWithTenant()) {
      invalid(
        'IngestKeys',
        'partitionKey',
        templates.partitionKey,
        'a template that begins with {tenant}#: otherwise the items of tenants would share partitions',
      );
    }
    if (![partitionKey, sortKey].some((key) => key?.placeholders.includes('idempotencyKey'))) {
      const last = sortKey === undefined ? 'partitionKey' : 'sortKey';
      invalid(
        'IngestKeys',
        last,
        templates[last],
        'a template with {idempotencyKey}: otherwise a second message would be treated as a repeat and lost',
      );
    }
    for (const [name, key] of Object.entries({ partitionKey, sortKey })) {
      const changing = key?.placeholders.find((placeholder) => placeholder === 'receivedAt' || placeholder === 'correlationId');
      if (key === undefined || changing === undefined) continue;
      invalid(
        'IngestKeys',
        name,
        key.toString(),
        `a template without {${changing}}: it differs when a request is repeated, which would then be stored twice`,
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
    if (both !== undefined) invalid('IngestKeys', 'filledByOthers', both, 'a key that is not in attributes, because this path sets those');
    return new IngestKeys(partitionKey, sortKey, Object.fromEntries(further), filledByOthers);
  }

  private constructor(
    /** Template of the partition key. */
    public readonly partitionKey: KeyTemplate,
    /** Template of the sort key, if there is one. */
    public readonly sortKey: KeyTemplate | undefined,
    /** Templates of further attributes, by name. */
    public readonly attributes: { [name: string]: KeyTemplate },
    /** Attribute names of index keys that this path does not set. */
    public readonly filledByOthers: string[],
  ) {}
}

const TEMPLATES: PropKinds<IngestKeyTemplates> = {
  partitionKey: required(STRING),
  sortKey: STRING,
  attributes: literal('an object of attribute names and templates'),
  filledByOthers: listOf(STRING, 'a list of attribute names'),
};
