// Part of the subpath `cdk-andamio/tenant-sessions`, for code that runs: nothing here may load the CDK, or the SDK.
import { isTenantId, TENANT_ID_PATTERN } from './tenant-id';

/** Input of `QueryCommand`, as far as it is read here: values as the plain client takes them (`{ S: 'x' }`), or the document client (`'x'`). */
export interface OwnItemsInput {
  readonly KeyConditionExpression?: string;
  readonly FilterExpression?: string;
  readonly ProjectionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>>;
}

export interface OwnItemsOptions {
  /** Attribute name of the table's partition key, whose values begin with the tenant's id and `#`. `pk` when absent, as in a TenantTable. */
  readonly partitionKey?: string;
}

/** What a page says about the next one: `LastEvaluatedKey` of the output as it is. */
export interface ItemsPage {
  readonly LastEvaluatedKey?: Record<string, unknown>;
}

export interface OwnItemsPagesOptions<Input, Page> extends OwnItemsOptions {
  /** `(input) => dynamodb.send(new QueryCommand(input))` */
  readonly query: (input: Input) => Promise<Page>;
  /** Pages that are read at most, 1 MB each where the input has no `Limit`. 20 when absent. */
  readonly mostPages?: number;
}

/** Parameters from before expressions. DynamoDB takes them beside no expression, so that no filter could be added. */
const LEGACY = ['KeyConditions', 'QueryFilter', 'ConditionalOperator', 'AttributesToGet'];

const MOST_PAGES = 20;

/**
 * The query, held to a tenant's own items: those whose partition key in the *table* begins with the tenant's id and `#`.
 *
 * In an index that takes more than the tenant's session. IAM compares a query with the index's partition key, and a write with the table's:
 * another tenant's session may be able to put an item of its own into this tenant's partition of an index. The condition on the table's key,
 * which every index holds, leaves such items out. It becomes a part of the filter, or, where the key condition names the table's partition
 * key, that value is checked: DynamoDB takes no filter on a key of the index.
 *
 * A page may hold fewer items than `Limit`, or none, and still be followed by another one: DynamoDB counts and bills before it filters.
 *
 * @throws TypeError for what is no tenant's id, for another tenant's key, and for input to which no condition can be added safely
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
  if (filter !== undefined && !isClosed(filter)) throw new TypeError('FilterExpression has a parenthesis without its partner');
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
 * The pages of a query that is held to a tenant's own items, until there is no further one.
 *
 * Items of others that are left out are read and paid for all the same. So the number of pages is bounded: past it, the query fails with a
 * `TooManyPages` that says where it stopped.
 *
 * @throws as `ownItemsQuery`, and whatever `query` throws
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

/** A query with more pages than were allowed. */
export class TooManyPages extends Error {
  public readonly name = 'TooManyPages';

  constructor(
    mostPages: number,
    /** The `ExclusiveStartKey` to go on with. It can be the key of an item that was left out, so it is not for other eyes. */
    public readonly lastEvaluatedKey: Record<string, unknown>,
  ) {
    super(`the query has more than ${mostPages} pages`);
  }
}

/** `pk = :a`, `:a = pk`, `begins_with(pk, :a)`. */
const TOKEN = /[#:]?\w+|<=|>=|<>|[^\s\w]/g;

/**
 * For each place at which a key condition names an attribute, the placeholder of the value that it must begin with; undefined where the
 * comparison is another one.
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

/** `#name` and `:value`, whole: each is looked up once, however many an expression has. */
const PLACEHOLDER = /[#:]\w+/g;

/** Whether every parenthesis has its partner. Expressions have no text in which one could mean something else. */
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
 * Whether values are those of the plain client: each an object with its type as the only name. A key is compared with text, a number or
 * bytes, so that the document client's values are never all like that.
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
