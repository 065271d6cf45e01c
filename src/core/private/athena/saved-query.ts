import { Token } from 'aws-cdk-lib';
import { CfnNamedQuery, type CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import type { Construct } from 'constructs';
import { invalid } from '../base/invalid';
import { listOf, STRING } from '../base/kinds';
import { checkProps, type PropKinds, required } from '../base/props';

/** Documented: "AWS::Athena::NamedQuery", Name, Description and QueryString. */
const MOST_CHARACTERS = { name: 128, description: 1_024, sql: 262_144 };

/** A query, and what its question marks stand for. */
export interface SavedQuery {
  readonly description: string;
  readonly sql: string;
  readonly parameters?: string[];
}

/** What a saved query belongs to. */
export interface SavedQueryProps {
  readonly database: string;
  readonly workgroup: CfnWorkGroup;
  /** The column that each query must name; undefined if none must be named. */
  readonly requiredColumn?: string;
}

/** Saves a query, as the child `Query-<name>`. */
export function createQuery(
  scope: Construct,
  name: string,
  query: SavedQuery,
  { database, workgroup, requiredColumn }: SavedQueryProps,
): string {
  const id = `Query-${name}`;
  if (Token.isUnresolved(name) || !/^[\w-]+$/.test(name) || name.length > MOST_CHARACTERS.name) {
    invalid(scope, 'name', name, `1 to ${MOST_CHARACTERS.name} letters, digits, hyphens and underscores, known at synthesis`);
  }
  if (scope.node.tryFindChild(id) !== undefined) invalid(scope, 'name', name, 'a name that no other query has here');
  const where = `${scope.node.path}/${id}`;
  checkProps(where, query, QUERY);
  const { description, sql, parameters = [] } = query;
  const explained = parameters.length === 0 ? description : `${description} Parameters: ${parameters.join('; ')}.`;
  if (explained.length > MOST_CHARACTERS.description) {
    invalid(where, 'description', description, `at most ${MOST_CHARACTERS.description} characters, with the parameters`);
  }
  if (sql.length > MOST_CHARACTERS.sql) invalid(where, 'sql', `${sql.slice(0, 40)}…`, `at most ${MOST_CHARACTERS.sql} characters`);
  const code = codeOf(sql);
  const placeholders = code.split('?').length - 1;
  if (placeholders !== parameters.length) {
    invalid(where, 'parameters', parameters, `an entry for each of the ${placeholders} question marks in the SQL`);
  }
  if (requiredColumn !== undefined && !hasCondition(code, requiredColumn)) {
    invalid(where, 'sql', sql, `${requiredColumn} = … or ${requiredColumn} IN (…): Athena rejects a query without such a condition`);
  }
  const saved = new CfnNamedQuery(scope, id, {
    name,
    database,
    workGroup: workgroup.ref,
    description: explained,
    queryString: sql,
  });
  return saved.attrNamedQueryId;
}

/**
 * Whether a column is compared as the condition on a tenant requires: with an equality, or with `IN`. It does not find out whether all rows
 * must meet the condition, which only Athena knows.
 */
function hasCondition(code: string, column: string): boolean {
  const parts = code.toLowerCase().match(/\w+|[<>=!|]+|[^\s\w"]/g) ?? [];
  return parts.some((part, at) => part === column && (['=', 'in'].includes(parts[at + 1]) || parts[at - 1] === '='));
}

/** Where a comment, a text or a quoted name ends, by its beginning. */
const ENDS: Readonly<Record<string, string>> = { '--': '\n', '/*': '*/', "'": "'", '"': '"' };

/** SQL without comments and texts, and without question marks in quoted names. */
function codeOf(sql: string): string {
  let code = '';
  for (let at = 0; at < sql.length; ) {
    const begin = Object.keys(ENDS).find((text) => sql.startsWith(text, at));
    if (begin === undefined) {
      code += sql[at++];
      continue;
    }
    const end = sql.indexOf(ENDS[begin], at + begin.length);
    const next = end === -1 ? sql.length : end + ENDS[begin].length;
    code += begin === '"' ? sql.slice(at, next).replaceAll('?', '') : ' ';
    at = next;
  }
  return code;
}

const QUERY: PropKinds<SavedQuery> = {
  description: required(STRING),
  sql: required(STRING),
  parameters: listOf(STRING, 'a list of texts, one for each question mark in the SQL'),
};
