import type { Json } from '../contracts';

/** Effect of a Lambda authorizer's policy on one method. */
export type Effect = 'allow' | 'deny' | 'none';

/** A policy that API Gateway could not use, or that is not understood here. */
export class MalformedPolicy extends Error {}

interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** Statements of a policy document. Throws MalformedPolicy. */
export function readPolicy(document: Json | undefined): Statement[] {
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new MalformedPolicy('policyDocument is no object');
  const statements = document.Statement;
  const list = Array.isArray(statements) ? statements : [statements];
  return list.map((statement) => {
    if (typeof statement !== 'object' || statement === null || Array.isArray(statement))
      throw new MalformedPolicy('a statement is no object');
    for (const name of Object.keys(statement)) {
      if (!['Sid', 'Effect', 'Action', 'Resource'].includes(name)) throw new MalformedPolicy(`${name} of a statement is not understood`);
    }
    const { Effect: effect } = statement;
    if (effect !== 'Allow' && effect !== 'Deny') throw new MalformedPolicy(`Effect ${JSON.stringify(effect)} is neither Allow nor Deny`);
    return { effect, actions: texts(statement.Action, 'Action'), resources: texts(statement.Resource, 'Resource') };
  });
}

function texts(value: Json | undefined, name: string): string[] {
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0 || !list.every((item) => typeof item === 'string' && item !== '')) throw new MalformedPolicy(`${name} is no text`);
  return list as string[];
}

/** A deny wins over an allow; what no statement speaks of is not allowed. */
export function evaluate(statements: readonly Statement[], methodArn: string): Effect {
  const matching = statements.filter(
    ({ actions, resources }) =>
      actions.some((action) => matches(action.toLowerCase(), 'execute-api:invoke')) &&
      resources.some((resource) => matches(resource, methodArn)),
  );
  if (matching.some(({ effect }) => effect === 'Deny')) return 'deny';
  return matching.length > 0 ? 'allow' : 'none';
}

/** `*` is any text, slashes and colons included, `?` one character. */
function matches(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '[\\s\\S]*')
    .replaceAll('?', '[\\s\\S]');
  return new RegExp(`^${expression}$`).test(text);
}
