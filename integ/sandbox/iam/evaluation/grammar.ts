import type { Json, JsonObject } from '../../contracts';
import { operatorName, textsOf } from './conditions';
import { OPERATORS } from './operators';
import { ARN_PARTS } from './pattern';

/** What a policy is attached to. It decides which elements its statements must have. */
export type PolicyKind = 'identity' | 'resource' | 'trust';

/** What IAM would reject in a policy, with the path of the element: `Effect must be "Allow" or "Deny" (Statement[0].Effect)`. */
export function malformed(document: JsonObject | undefined, kind: PolicyKind): string[] {
  if (!isObject(document)) return ['a policy must be an object'];
  const problems: string[] = [];
  const found = (path: string, problem: string) => problems.push(`${problem} (${path})`);
  for (const name of Object.keys(document)) {
    if (!['Version', 'Id', 'Statement'].includes(name)) found(name, `${name} is not an element of a policy`);
  }
  const { Version, Statement } = document;
  if (Version !== undefined && Version !== '2012-10-17' && Version !== '2008-10-17') {
    found('Version', `Version must be "2012-10-17" or "2008-10-17", but is ${JSON.stringify(Version)}`);
  }
  if (Statement === undefined) found('Statement', 'Statement is required');
  for (const [number, statement] of [Statement ?? []].flat().entries()) {
    const path = `Statement[${number}]`;
    if (!isObject(statement)) found(path, 'a statement must be an object');
    else checkStatement(statement, { kind, variables: Version === '2012-10-17' }, (at, problem) => found(`${path}${at}`, problem));
  }
  return problems;
}

type Found = (path: string, problem: string) => void;

interface Policy {
  readonly kind: PolicyKind;
  readonly variables: boolean;
}

const ELEMENTS = ['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];

/** Documented: "Grammar of the IAM JSON policy language" (IAM User Guide). */
function checkStatement(statement: JsonObject, { kind, variables }: Policy, found: Found): void {
  for (const name of Object.keys(statement)) {
    if (!ELEMENTS.includes(name)) found(`.${name}`, `${name} is not an element of a statement`);
  }
  const { Effect, Condition } = statement;
  if (Effect !== 'Allow' && Effect !== 'Deny') found('.Effect', `Effect must be "Allow" or "Deny", but is ${JSON.stringify(Effect)}`);
  oneOf(statement, 'Action', 'NotAction', found);
  textsIn(statement, 'Action', 'NotAction', found, (text, at) => {
    if (text !== '*' && !/^[^:]+:[^:]+$/.test(text)) found(at, `${JSON.stringify(text)} must be * or an action such as s3:GetObject`);
  });
  checkPrincipal(statement, kind, found);
  // A trust policy has no resource: it is the role. Policies of resources may leave theirs out.
  if (kind === 'identity') oneOf(statement, 'Resource', 'NotResource', found);
  textsIn(statement, 'Resource', 'NotResource', found, (text, at) =>
    checkResource(text, { kind, variables }, (problem) => found(at, problem)),
  );
  if (Condition !== undefined && !isObject(Condition)) found('.Condition', 'Condition must be an object');
  else checkConditions(Condition ?? {}, found);
}

function oneOf(statement: JsonObject, plain: string, inverse: string, found: Found): void {
  const given = [plain, inverse].filter((name) => statement[name] !== undefined);
  if (given.length !== 1) found('', `a statement must have one of ${plain} and ${inverse}, but has ${given.length}`);
}

function textsIn(statement: JsonObject, plain: string, inverse: string, found: Found, check: (text: string, at: string) => void): void {
  for (const name of [plain, inverse]) {
    const element = statement[name];
    if (element === undefined) continue;
    const all = [element].flat();
    if (!all.every((text) => typeof text === 'string')) found(`.${name}`, `${name} must be a string or a list of strings`);
    else for (const text of all) check(text as string, `.${name}`);
  }
}

function checkPrincipal(statement: JsonObject, kind: PolicyKind, found: Found): void {
  const { Effect, Principal, NotPrincipal } = statement;
  if (kind === 'identity') {
    for (const name of ['Principal', 'NotPrincipal']) {
      if (statement[name] !== undefined) found(`.${name}`, `${name} is not an element of identity policies`);
    }
    return;
  }
  oneOf(statement, 'Principal', 'NotPrincipal', found);
  if (NotPrincipal !== undefined && kind === 'trust') found('.NotPrincipal', 'NotPrincipal is not an element of trust policies');
  if (NotPrincipal !== undefined && Effect === 'Allow') found('.NotPrincipal', 'NotPrincipal must be used with "Effect": "Deny"');
  const element = Principal ?? NotPrincipal;
  const at = Principal === undefined ? '.NotPrincipal' : '.Principal';
  if (element === undefined || element === '*') return;
  if (!isObject(element)) {
    found(at, `${JSON.stringify(element)} must be "*" or an object such as {"AWS": "123456789012"}`);
    return;
  }
  for (const [type, names] of Object.entries(element)) {
    if (!['AWS', 'Service', 'Federated', 'CanonicalUser'].includes(type)) found(at, `${type} is not a type of principals`);
    else if (!textsOf(names).every((name) => name === '*' || type !== 'AWS' || !/[*?]/.test(name))) {
      found(at, 'a wildcard can only stand for all principals');
    }
  }
}

function checkResource(text: string, { kind, variables }: Policy, found: (problem: string) => void): void {
  if (text === '*') return;
  const parts = text.split(':');
  const isArn = text.startsWith('arn:') || /^[*?]/.test(text);
  if (kind === 'identity' && !(isArn && (parts.length >= ARN_PARTS || text.includes('*')))) {
    found(`${JSON.stringify(text)} must be * or an ARN of ${ARN_PARTS} parts`);
  } else if (variables && parts.slice(0, ARN_PARTS - 1).some((part) => part.includes('${'))) {
    found(`${JSON.stringify(text)} has a variable before its last part`);
  }
}

function checkConditions(conditions: JsonObject, found: Found): void {
  for (const [written, keys] of Object.entries(conditions)) {
    const at = `.Condition.${written}`;
    const { set, base, ifExists } = operatorName(written);
    const operator = OPERATORS.get(base);
    const isNull = base === 'null' && set === undefined && !ifExists;
    const knownSet = set === undefined || set === 'forallvalues' || set === 'foranyvalue';
    if (!isNull && (operator === undefined || !knownSet)) {
      found(at, `${written} is not a condition operator`);
      continue;
    }
    if (!isObject(keys)) {
      found(at, `${written} must be an object with condition keys`);
      continue;
    }
    const accepts = isNull ? NULL : operator?.accepts;
    for (const [key, values] of Object.entries(keys)) {
      const wrong = [values].flat().find((value) => !isValue(value) || !(accepts?.test(String(value)) ?? true));
      if (wrong !== undefined) found(`${at}.${key}`, `${JSON.stringify(wrong)} must be ${accepts?.what ?? 'a string'}`);
    }
  }
}

const NULL = { what: 'true or false', test: (text: string) => ['true', 'false'].includes(text.toLowerCase()) };

function isValue(value: Json): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
