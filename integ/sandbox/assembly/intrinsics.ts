import type { Json, JsonObject } from '../contracts';
import { cidrBlocks } from './cidr';
import { AssemblyError } from './errors';

/** What an expression may refer to: one stack. The functions throw if the name does not exist. */
export interface Scope {
  /** A pseudo parameter, a parameter or a resource; undefined for `AWS::NoValue`. */
  ref(name: string, at: string): Json | undefined;
  attribute(logicalId: string, attribute: string, at: string): Json;
  condition(name: string, at: string): boolean;
  /** A value of a mapping; undefined if there is none. */
  mapping(map: string, key: string, second: string): Json | undefined;
  imported(name: string, at: string): Json;
  /** An output of another stack, by the evaluated argument of `Fn::GetStackOutput`. */
  output(argument: Json, at: string): Json;
  readonly region: string;
}

type Intrinsic = (argument: Json, scope: Scope, at: string) => Json | undefined;

/**
 * The value of a template expression; undefined for `AWS::NoValue`, which removes the property or list item.
 *
 * @param at the position of the expression, for errors: `Stack.Function.Environment.Variables.NAME`
 */
export function evaluate(expression: Json, scope: Scope, at: string): Json | undefined {
  if (Array.isArray(expression)) {
    return expression.map((item, index) => evaluate(item, scope, `${at}[${index}]`)).filter((item) => item !== undefined);
  }
  if (expression === null || typeof expression !== 'object') {
    return expression;
  }
  const keys = Object.keys(expression);
  const name = keys.find((key) => key === 'Ref' || key.startsWith('Fn::'));
  if (name === undefined || (name === 'Ref' && keys.length > 1)) {
    const entries = Object.entries(expression).map(([key, value]) => [key, evaluate(value, scope, `${at}.${key}`)] as const);
    return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined));
  }
  const intrinsic = intrinsics[name];
  if (intrinsic === undefined) {
    throw new AssemblyError(`${at}: ${name} is not supported`);
  }
  if (keys.length > 1) {
    throw new AssemblyError(`${at}: ${name} must be the only key, but there are others (${keys.filter((key) => key !== name).join(', ')})`);
  }
  return intrinsic(expression[name], scope, at);
}

/** Whether a condition of the template's Conditions section, or one within `Fn::And`, is true. */
export function holds(expression: Json, scope: Scope, at: string): boolean {
  const [name, argument] = single(expression, at);
  switch (name) {
    case 'Condition':
      return scope.condition(String(argument), at);
    case 'Fn::Equals': {
      const [left, right] = values(argument, 2, scope, `${at}.${name}`);
      return text(left, at) === text(right, at);
    }
    case 'Fn::And':
      return listOf(argument, at).every((item) => holds(item, scope, at));
    case 'Fn::Or':
      return listOf(argument, at).some((item) => holds(item, scope, at));
    case 'Fn::Not':
      return !holds(listOf(argument, at)[0], scope, at);
    default:
      throw new AssemblyError(`${at}: ${name} is not supported in a condition`);
  }
}

/** The variables of a `Fn::Sub` string, without the literals `${!…}`. */
export function variables(template: string): string[] {
  return [...template.matchAll(VARIABLE)].filter(([, literal]) => literal !== '!').map(([, , name]) => name.trim());
}

const VARIABLE = /\$\{(!?)([^}]*)\}/g;

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, scope, at) => scope.ref(text(argument, at), at),
  'Fn::GetAtt': (argument, scope, at) => {
    const [logicalId, attribute] = typeof argument === 'string' ? splitAttribute(argument) : values(argument, 2, scope, at);
    return scope.attribute(text(logicalId, at), text(attribute, at), at);
  },
  'Fn::Sub': (argument, scope, at) => {
    const [template, map] = Array.isArray(argument) ? argument : [argument, {}];
    const own = (map ?? {}) as JsonObject;
    return text(template, at).replaceAll(VARIABLE, (_, literal: string, variable: string) => {
      if (literal === '!') {
        return `\${${variable}}`;
      }
      const name = variable.trim();
      const [logicalId, attribute] = splitAttribute(name);
      if (Object.hasOwn(own, name)) {
        return text(evaluate(own[name], scope, at), at);
      }
      return text(attribute === '' ? scope.ref(logicalId, at) : scope.attribute(logicalId, attribute, at), at);
    });
  },
  'Fn::Join': (argument, scope, at) => {
    const [delimiter, list] = values(argument, 2, scope, at);
    return listOf(list, at)
      .map((item) => text(item, at))
      .join(text(delimiter, at));
  },
  'Fn::Split': (argument, scope, at) => {
    const [delimiter, source] = values(argument, 2, scope, at);
    return text(source, at).split(text(delimiter, at));
  },
  'Fn::Select': (argument, scope, at) => {
    const [index, list] = values(argument, 2, scope, at);
    const item = listOf(list, at)[Number(index)];
    if (item === undefined || item === null) {
      throw new AssemblyError(`${at}: Fn::Select has no item ${text(index, at)} in a list of ${listOf(list, at).length}`);
    }
    return item;
  },
  'Fn::FindInMap': (argument, scope, at) => {
    const [map, key, second, options] = listOf(evaluate(argument, scope, at), at);
    const found = scope.mapping(text(map, at), text(key, at), text(second, at));
    const fallback = (options as JsonObject | undefined)?.DefaultValue;
    if (found === undefined && fallback === undefined) {
      throw new AssemblyError(`${at}: Fn::FindInMap finds nothing at ${map}.${key}.${second}`);
    }
    return found ?? fallback;
  },
  'Fn::If': (argument, scope, at) => {
    const [condition, then, otherwise] = listOf(argument, at);
    return evaluate(scope.condition(text(condition, at), at) ? then : otherwise, scope, at);
  },
  'Fn::Equals': (argument, scope, at) => holds({ 'Fn::Equals': argument }, scope, at),
  'Fn::And': (argument, scope, at) => holds({ 'Fn::And': argument }, scope, at),
  'Fn::Or': (argument, scope, at) => holds({ 'Fn::Or': argument }, scope, at),
  'Fn::Not': (argument, scope, at) => holds({ 'Fn::Not': argument }, scope, at),
  'Fn::ImportValue': (argument, scope, at) => scope.imported(text(evaluate(argument, scope, at), at), at),
  'Fn::GetStackOutput': (argument, scope, at) => scope.output(evaluate(argument, scope, at) ?? null, at),
  'Fn::GetAZs': (argument, scope, at) => {
    const given = text(evaluate(argument, scope, at), at);
    return ['a', 'b', 'c'].map((zone) => `${given === '' ? scope.region : given}${zone}`);
  },
  'Fn::Base64': (argument, scope, at) => Buffer.from(text(evaluate(argument, scope, at), at)).toString('base64'),
  'Fn::Cidr': (argument, scope, at) => {
    const [block, count, bits = '8'] = listOf(evaluate(argument, scope, at), at);
    return cidrBlocks(text(block, at), Number(count), Number(bits), at);
  },
  'Fn::ToJsonString': (argument, scope, at) => JSON.stringify(evaluate(argument, scope, at)),
  'Fn::Length': (argument, scope, at) => listOf(evaluate(argument, scope, at), at).length,
};

/** CloudFormation converts booleans and numbers to strings as in JSON. */
function text(value: Json | undefined, at: string): string {
  if (value === undefined || value === null || typeof value === 'object') {
    throw new AssemblyError(`${at}: ${JSON.stringify(value) ?? 'AWS::NoValue'} is used, but must be a string`);
  }
  return String(value);
}

function listOf(value: Json | undefined, at: string): Json[] {
  if (!Array.isArray(value)) {
    throw new AssemblyError(`${at}: ${JSON.stringify(value) ?? 'AWS::NoValue'} is used, but must be a list`);
  }
  return value;
}

function values(argument: Json, count: number, scope: Scope, at: string): Json[] {
  const list = listOf(argument, at).map((item) => evaluate(item, scope, at) ?? null);
  if (list.length !== count) {
    throw new AssemblyError(`${at}: ${JSON.stringify(argument)} is used, but must be a list of ${count}`);
  }
  return list;
}

function single(expression: Json, at: string): [string, Json] {
  const entries = expression !== null && typeof expression === 'object' && !Array.isArray(expression) ? Object.entries(expression) : [];
  if (entries.length !== 1) {
    throw new AssemblyError(`${at}: ${JSON.stringify(expression)} is used, but must be a condition`);
  }
  return entries[0];
}

/** `Bucket.Arn` → `['Bucket', 'Arn']`, `Nested.Outputs.X` → `['Nested', 'Outputs.X']`. */
export function splitAttribute(reference: string): [string, string] {
  const dot = reference.indexOf('.');
  return dot === -1 ? [reference, ''] : [reference.slice(0, dot), reference.slice(dot + 1)];
}
