// Part of the subpath `cdk-andamio/tenant-sessions`, for functions: nothing here may import the CDK or the SDK.
import { isTenantId, TENANT_ID_PATTERN } from './tenant-id';

/**
 * The parts of `QueryCommandInput` that are read here. Values are those of the plain client (`{ S: 'x' }`) or of the document client
 * (`'x'`).
 */
export interface OwnItemsInput {
  readonly KeyConditionExpression?: string;
  readonly FilterExpression?: string;
  readonly ProjectionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>>;
}

export interface OwnItemsOptions {
  /**
   * Attribute name of the table's partition key, whose values begin with the tenant's id and `#`. Defaults to `pk`, as in a TenantTable.
   */
  readonly partitionKey?: string;
}

/** The part of `QueryCommandOutput` that is read here. */
export interface ItemsPage {
  readonly LastEvaluatedKey?: Record<string, unknown>;
}

export interface OwnItemsPagesOptions<Input, Page> extends OwnItemsOptions {
  /** `(input) => dynamodb.send(new QueryCommand(input))` */
  readonly query: (input: Input) => Promise<Page>;
  /** Maximum number of pages. A page has up to 1 MB, unless the input has a `Limit`. Defaults to 20. */
  readonly mostPages?: number;
}

/** Legacy parameters. DynamoDB does not accept them together with expressions, so no filter could be added. */
const LEGACY = ['KeyConditions', 'QueryFilter', 'ConditionalOperator', 'AttributesToGet'];

const MOST_PAGES = 20;

/**
 * Restricts a query to a tenant's own items: those whose partition key in the *table* begins with the tenant's id and `#`.
 *
 * For an index, the tenant's session alone is not enough. IAM checks a query against the partition key of the index, but a write against
 * that of the table, so another tenant's session may be able to put one of its own items into this tenant's partition of an index. A
 * condition on the table's partition key, which is projected into every index, excludes such items. It is added to the filter. If the key
 * condition already names the table's partition key, its value is checked instead, because DynamoDB allows no filter on a key of the
 * queried table or index.
 *
 * A page may have fewer items than `Limit`, or none, and still be followed by another one: DynamoDB counts and bills items before it
 * filters them.
 *
 * @throws TypeError for an invalid tenant id, for another tenant's key, and for an input to which no condition can safely be added
 */
export function ownItemsQuery<Input extends OwnItemsInput>(tenant: string, input: Input, options: OwnItemsOptions = {}): Input {
  if (!isTenantId(tenant)) throw new TypeError(`a tenant's id must match ${TENANT_ID_PATTERN}`);
  const { partitionKey = 'pk' } = options;
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = input;
  const legacy = LEGACY.find((name) => (input as Record<string, unknown>)[name] !== undefined);
  if (legacy !== undefined) throw new TypeError(`${legacy} is not supported: use expressions, to which a condition can be added`);
  if (input.KeyConditionExpression === undefined) throw new TypeError('KeyConditionExpression is missing: a query needs one');

  const own = `${tenant}#`;
  const compared = valuesComparedWith(partitionKey, input.KeyConditionExpression, names);
  if (compared.length > 0) {
    for (const value of compared) {
      if (textOf(value === undefined ? undefined : values[value])?.startsWith(own)) continue;
      throw new TypeError(`the key condition must compare ${partitionKey} by = or begins_with, with a value that begins with ${own}`);
    }
    return input;
  }

  const filter = input.FilterExpression;
  // `a = :a) OR (b = :b` in parentheses would be another filter.
  if (filter !== undefined && !isClosed(filter)) throw new TypeError('FilterExpression has unbalanced parentheses');
  const { KeyConditionExpression, ProjectionExpression } = input;
  const expressions = [KeyConditionExpression, ProjectionExpression, filter].join(' ');
  const taken = new Set([...(expressions.match(PLACEHOLDER) ?? []), ...Object.keys(names), ...Object.keys(values)]);
  const name = unused('#ownPartition', taken);
  const value = unused(':ownTenant', taken);
  const condition = `begins_with(${name}, ${value})`;
  return {
    ...input,
    FilterExpression: filter === undefined ? condition : `(${filter}) AND ${condition}`,
    ExpressionAttributeNames: { ...names, [name]: partitionKey },
    ExpressionAttributeValues: { ...values, [value]: isPlain(values) ? { S: own } : own },
  };
}

/**
 * Runs a query that is restricted to a tenant's own items, page by page.
 *
 * Items of other tenants that are filtered out are still read and billed, so the number of pages is limited. If there are more, the
 * generator throws `TooManyPages`, from which the query can be continued.
 *
 * @throws as `ownItemsQuery` does, and the errors of `query`
 */
export async function* ownItemsPages<Input extends OwnItemsInput & { ExclusiveStartKey?: Record<string, unknown> }, Page extends ItemsPage>(
  tenant: string,
  input: Input,
  { query, mostPages = MOST_PAGES, ...options }: OwnItemsPagesOptions<Input, Page>,
): AsyncGenerator<Page, void> {
  const own = ownItemsQuery(tenant, input, options);
  let start = input.ExclusiveStartKey;
  for (let page = 0; page < mostPages; page++) {
    const output = await query(start === undefined ? own : { ...own, ExclusiveStartKey: start });
    yield output;
    start = output.LastEvaluatedKey;
    if (start === undefined) return;
  }
  throw new TooManyPages(mostPages, start ?? {});
}

/** Thrown if a query has more pages than allowed. */
export class TooManyPages extends Error {
  public readonly name = 'TooManyPages';

  constructor(
    mostPages: number,
    /** The `ExclusiveStartKey` to continue with. Don't return it to callers: it can be the key of another tenant's item. */
    public readonly lastEvaluatedKey: Record<string, unknown>,
  ) {
    super(`the query has more than ${mostPages} pages`);
  }
}

/** The tokens of a key condition: `pk = :a`, `:a = pk`, `begins_with(pk, :a)`. */
const TOKEN = /[#:]?\w+|<=|>=|<>|[^\s\w]/g;

/**
 * For each use of an attribute in a key condition, the placeholder that it is compared with by `=` or `begins_with`, or undefined for any
 * other comparison.
 */
function valuesComparedWith(attribute: string, expression: string, names: Readonly<Record<string, string>>): (string | undefined)[] {
  const tokens = expression.match(TOKEN) ?? [];
  return tokens.flatMap((token, at) => {
    const isCompared = token.startsWith('#') ? names[token] === attribute : token === attribute;
    if (!isCompared) return [];
    const [before, operator, next] = [tokens[at - 1], tokens[at + 1], tokens[at + 2]];
    const beginsWith = tokens[at - 2] === 'begins_with' && before === '(' && operator === ',';
    const value = operator === '=' || beginsWith ? next : before === '=' ? tokens[at - 2] : undefined;
    return [value?.startsWith(':') ? value : undefined];
  });
}

/** Whole placeholders: `#name` and `:value`. */
const PLACEHOLDER = /[#:]\w+/g;

/** Whether parentheses are balanced. Expressions have no string literals in which a parenthesis could stand for itself. */
function isClosed(expression: string): boolean {
  let depth = 0;
  for (const character of expression) {
    depth += character === '(' ? 1 : character === ')' ? -1 : 0;
    if (depth < 0) return false;
  }
  return depth === 0;
}

function unused(name: string, taken: ReadonlySet<string>): string {
  let found = name;
  for (let number = 2; taken.has(found); number++) found = `${name}${number}`;
  return found;
}

/**
 * Whether values are those of the plain client: objects with their type as the only property. The document client's values are never all
 * like that, because a key condition always has a string, number or binary value.
 */
function isPlain(values: Readonly<Record<string, unknown>>): boolean {
  return Object.values(values).every(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      Object.keys(value).length === 1 &&
      /^(S|N|B|BOOL|NULL|M|L|SS|NS|BS)$/.test(Object.keys(value)[0]),
  );
}

function textOf(value: unknown): string | undefined {
  const text = typeof value === 'object' && value !== null && 'S' in value ? value.S : value;
  return typeof text === 'string' ? text : undefined;
}
