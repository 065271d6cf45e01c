import type { Json } from '../../contracts';

/** The effect of a Lambda authorizer's policy on one method. */
export type Effect = 'allow' | 'deny' | 'none';

/** A policy that API Gateway can't use, or that the sandbox does not support. */
export class MalformedPolicy extends Error {}

/** A statement with its patterns compiled, so that they are not compiled for each request. */
interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** Whether its actions include `execute-api:Invoke`. */
  readonly invokes: boolean;
  readonly resources: readonly RegExp[];
}

/** Reads the statements of a policy document. Throws MalformedPolicy. */
export function readPolicy(document: Json | undefined): Statement[] {
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new MalformedPolicy('policyDocument is not an object');
  const statements = document.Statement;
  const list = Array.isArray(statements) ? statements : [statements];
  return list.map((statement) => {
    if (typeof statement !== 'object' || statement === null || Array.isArray(statement))
      throw new MalformedPolicy('a statement is not an object');
    for (const name of Object.keys(statement)) {
      if (!['Sid', 'Effect', 'Action', 'Resource'].includes(name)) throw new MalformedPolicy(`${name} in a statement is not supported`);
    }
    const { Effect: effect } = statement;
    if (effect !== 'Allow' && effect !== 'Deny') throw new MalformedPolicy(`Effect ${JSON.stringify(effect)} is not Allow or Deny`);
    const actions = texts(statement.Action, 'Action').map((action) => pattern(action.toLowerCase()));
    const resources = texts(statement.Resource, 'Resource').map(pattern);
    return { effect, invokes: actions.some((action) => action.test('execute-api:invoke')), resources };
  });
}

function texts(value: Json | undefined, name: string): string[] {
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0 || !list.every((item) => typeof item === 'string' && item !== ''))
    throw new MalformedPolicy(`${name} must be a string or a list of strings`);
  return list as string[];
}

/** A deny overrides an allow; a method that no statement matches is not allowed. */
export function evaluate(statements: readonly Statement[], methodArn: string): Effect {
  const matching = statements.filter(({ invokes, resources }) => invokes && resources.some((resource) => resource.test(methodArn)));
  if (matching.some(({ effect }) => effect === 'Deny')) return 'deny';
  return matching.length > 0 ? 'allow' : 'none';
}

/** `*` matches any text, including slashes and colons; `?` matches one character. */
function pattern(text: string): RegExp {
  const expression = text
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '[\\s\\S]*')
    .replaceAll('?', '[\\s\\S]');
  return new RegExp(`^${expression}$`);
}
