import type { Json, JsonObject } from '../../contracts';
import { type AttributeValue, keyText } from './expressions';
import { malformed, tokensOf } from './partiql-tokens';
import { type Condition, is, isName, isWord, namesIn, parseCondition, type Valued, valuesOf } from './partiql-where';

/** A PartiQL statement, as far as authorization needs it. */
export interface Statement {
  readonly verb: 'Insert' | 'Update' | 'Delete' | 'Select';
  readonly table: string;
  readonly index?: string;
  /** The attributes that the statement names. */
  readonly attributes: readonly string[];
  /** The item of an INSERT; a value of more than one token is undefined. */
  readonly item?: ReadonlyMap<string, AttributeValue | undefined>;
  /** `SELECT *` */
  readonly star: boolean;
  /** The values of the partition key that it can access; undefined if it can access any. */
  leadingKeys(partitionKey: string): readonly string[] | undefined;
}

/**
 * Parses one statement of ExecuteStatement, BatchExecuteStatement or ExecuteTransaction.
 * Throws a `ValidationException` for an unsupported one, so that nothing is executed that was not parsed.
 */
export function parseStatement(text: string, parameters: Json | undefined): Statement {
  const given = (Array.isArray(parameters) ? parameters : []) as JsonObject[];
  let used = 0;
  let tokens: Valued[] = tokensOf(text).map((token) => {
    const value =
      token.kind === 'string'
        ? { S: token.text }
        : token.kind === 'number'
          ? { N: token.text }
          : token.kind === 'parameter'
            ? given[used++]
            : undefined;
    return value === undefined ? token : { ...token, value };
  });
  if (isWord(tokens[0], 'EXISTS') && is(tokens[1], '(') && is(tokens[tokens.length - 1], ')')) {
    tokens = tokens.slice(2, -1);
  }
  const verb = tokens[0]?.text.toUpperCase();
  switch (verb) {
    case 'INSERT':
      return insert(tokens);
    case 'UPDATE':
      return change('Update', tokens, 1);
    case 'DELETE':
      return change('Delete', tokens, 2);
    case 'SELECT':
      return select(tokens);
    default:
      throw malformed(`unexpected "${tokens[0]?.text ?? ''}"`);
  }
}

function insert(tokens: readonly Valued[]): Statement {
  const { table, next } = tableAt(tokens, 2);
  if (!isWord(tokens[1], 'INTO') || !isWord(tokens[next], 'VALUE') || !is(tokens[next + 1], '{')) {
    throw malformed('expected INSERT INTO "table" VALUE {…}');
  }
  const item = new Map<string, AttributeValue | undefined>();
  let depth = 0;
  for (let at = next + 1; at < tokens.length; at++) {
    const token = tokens[at];
    depth += OPEN.has(token.text) && token.kind === 'symbol' ? 1 : CLOSE.has(token.text) && token.kind === 'symbol' ? -1 : 0;
    if (depth === 1 && token.kind === 'string' && is(tokens[at + 1], ':')) {
      if (item.has(token.text)) {
        throw malformed(`"${token.text}" is given twice`);
      }
      // The value of a key is a single token.
      const simple = is(tokens[at + 3], ',') || is(tokens[at + 3], '}');
      item.set(token.text, simple ? tokens[at + 2].value : undefined);
    }
    if (depth === 0 && at < tokens.length - 1) {
      throw malformed(`unexpected "${tokens[at + 1].text}" after the item`);
    }
  }
  return {
    verb: 'Insert',
    table,
    item,
    attributes: [...item.keys()],
    star: false,
    leadingKeys: (key) => [required(keyText(item.get(key)), key)],
  };
}

function change(verb: 'Update' | 'Delete', tokens: readonly Valued[], at: number): Statement {
  const { table, next } = tableAt(tokens, at);
  if (verb === 'Delete' && !isWord(tokens[1], 'FROM')) {
    throw malformed('expected DELETE FROM "table"');
  }
  const { before, where } = parts(tokens.slice(next));
  const condition = parseCondition(where);
  return {
    verb,
    table,
    attributes: [...new Set([...namesIn(before), ...namesIn(where)])],
    star: false,
    leadingKeys: (key) => valuesOf(condition, key) ?? [required(undefined, key)],
  };
}

function select(tokens: readonly Valued[]): Statement {
  const from = tokens.findIndex((token) => isWord(token, 'FROM'));
  if (from < 0) {
    throw malformed('expected FROM');
  }
  const { table, index, next } = tableAt(tokens, from + 1);
  const { where } = parts(tokens.slice(next));
  const list = tokens.slice(1, from);
  const condition: Condition = parseCondition(where);
  return {
    verb: 'Select',
    table,
    ...(index === undefined ? {} : { index }),
    attributes: [...new Set([...namesIn(list), ...namesIn(where)])],
    star: list.some((token) => is(token, '*')),
    leadingKeys: (key) => valuesOf(condition, key),
  };
}

const OPEN = new Set(['{', '[', '<<', '(']);
const CLOSE = new Set(['}', ']', '>>', ')']);

function tableAt(tokens: readonly Valued[], at: number): { table: string; index?: string; next: number } {
  const token = tokens[at];
  if (!token || !isName(token)) {
    throw malformed('expected a table');
  }
  const index = tokens[at + 2];
  return is(tokens[at + 1], '.') && index ? { table: token.text, index: index.text, next: at + 3 } : { table: token.text, next: at + 1 };
}

/** Splits a statement at WHERE, and drops what follows the condition. */
function parts(tokens: readonly Valued[]): { before: readonly Valued[]; where: readonly Valued[] } {
  const where = tokens.findIndex((token) => isWord(token, 'WHERE'));
  if (where < 0) {
    return { before: tokens, where: [] };
  }
  const rest = tokens.slice(where + 1);
  const end = rest.findIndex((token) => isWord(token, 'RETURNING') || isWord(token, 'ORDER'));
  return { before: tokens.slice(0, where), where: end < 0 ? rest : rest.slice(0, end) };
}

function required(value: string | undefined, key: string): string {
  if (value === undefined) {
    throw malformed(`no value for the partition key "${key}"`);
  }
  return value;
}
