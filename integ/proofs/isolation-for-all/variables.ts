import type { Json } from '../../sandbox';
import type { CloudAssembly } from '../../sandbox/assembly/assembly';
import type { Choice, Explorer, Given } from './choices';
import { isObject } from './guarded';
import type { Answer } from './solver';
import { and, literal, not, or, type Term } from './terms';

/** The conditions and parameters of an assembly, as variables of a query: a boolean for each condition, a text for each parameter. */
export interface Variables {
  term(given: Given): Term;
  /** The constants that a term uses, and what is known about them: the definitions of conditions, allowed values of parameters. */
  declare(term: Term): { readonly constants: readonly (readonly [string, string])[]; readonly assertions: readonly Term[] };
  /** The choices of an answer, by `condition Stack.Name` and `parameter Stack.Name`. */
  read(values: Answer['values']): ReadonlyMap<string, Choice['value']>;
}

interface Variable {
  readonly kind: Choice['kind'];
  /** `Stack.Name` */
  readonly name: string;
  readonly sort: 'Bool' | 'String';
  /** What is known about it. */
  readonly assertion: Term;
}

export function variablesOf(assembly: CloudAssembly, explorer: Explorer): Variables {
  const known = new Map<string, Variable>();
  const names = new Map<string, string>();

  const nameOf = (kind: Choice['kind'], name: string): string => {
    const own = `${kind} ${name}`;
    const found = names.get(own);
    if (found !== undefined) return found;
    const constant = `${kind === 'condition' ? 'c' : 'p'}_${names.size}`;
    names.set(own, constant);
    known.set(constant, { kind, name, sort: kind === 'condition' ? 'Bool' : 'String', assertion: assertionOf(kind, name, constant) });
    return constant;
  };

  const assertionOf = (kind: Choice['kind'], name: string, constant: string): Term => {
    const [stack, own] = splitName(name);
    const { template } = assembly.stack(stack).source;
    if (kind === 'parameter') {
      const allowed = template.Parameters?.[own]?.AllowedValues ?? [];
      return allowed.length === 0 ? 'true' : or(...allowed.map((value) => `(= ${constant} ${literal(String(value))})`));
    }
    const definition = template.Conditions?.[own];
    const term = definition === undefined ? undefined : definitionOf(stack, definition);
    return term === undefined ? 'true' : `(= ${constant} ${term})`;
  };

  /** Undefined for a comparison of texts that are not known: then the condition may be true or false. */
  const definitionOf = (stack: string, json: Json): Term | undefined => {
    const [[operator, argument]] = isObject(json) ? Object.entries(json) : [['', null]];
    const parts = (list: Json) => [list].flat().map((part) => definitionOf(stack, part));
    if (operator === 'Condition') return nameOf('condition', `${stack}.${argument}`);
    if (operator === 'Fn::Not' || operator === 'Fn::And' || operator === 'Fn::Or') {
      const terms = parts(argument);
      if (terms.includes(undefined)) return undefined;
      const all = terms as Term[];
      return operator === 'Fn::Not' ? not(all[0]) : operator === 'Fn::And' ? and(...all) : or(...all);
    }
    if (operator !== 'Fn::Equals' || !Array.isArray(argument)) return undefined;
    const [left, right] = argument.map((side) => sideOf(stack, side));
    if (left === undefined || right === undefined) return undefined;
    return or(...left.flatMap((one) => right.map((other) => and(one.given, other.given, equal(one.text, other.text)))));
  };

  const sideOf = (stack: string, json: Json): { given: Term; text: Term }[] | undefined => {
    const { parent, parameters, template } = assembly.stack(stack).source;
    const name = isObject(json) && typeof json.Ref === 'string' ? json.Ref : undefined;
    const isFree = name !== undefined && template.Parameters?.[name] !== undefined && parameters[name] === undefined && !parent;
    if (isFree) return [{ given: 'true', text: nameOf('parameter', `${stack}.${name}`) }];
    try {
      const values = explorer.all(stack, () => assembly.evaluate(assembly.stack(stack), json, stack) ?? null);
      return values.map(({ given, value }) => ({ given: term(given), text: literal(String(value)) }));
    } catch {
      return undefined;
    }
  };

  const term = (given: Given): Term =>
    and(
      ...given.map(({ kind, name, value }) => {
        const constant = nameOf(kind, name);
        return kind === 'parameter' ? `(= ${constant} ${literal(String(value))})` : value ? constant : not(constant);
      }),
    );

  return {
    term,
    declare(text) {
      const used = new Set<string>();
      const add = (found: Term) => {
        for (const [constant] of found.matchAll(/\b[cp]_\d+\b/g)) {
          const variable = known.get(constant);
          if (variable === undefined || used.has(constant)) continue;
          used.add(constant);
          add(variable.assertion);
        }
      };
      add(text);
      const variables = [...used].sort().map((constant) => [constant, known.get(constant) as Variable] as const);
      return {
        constants: variables.map(([constant, { sort }]) => [constant, sort] as const),
        assertions: variables.map(([, { assertion }]) => assertion),
      };
    },
    read(values) {
      const chosen = Object.entries(values).flatMap(([constant, value]) => {
        const variable = known.get(constant);
        return variable === undefined ? [] : [[`${variable.kind} ${variable.name}`, value] as const];
      });
      return new Map(chosen);
    },
  };
}

function equal(one: Term, other: Term): Term {
  if (one === other) return 'true';
  return one.startsWith('"') && other.startsWith('"') ? 'false' : `(= ${one} ${other})`;
}

/** A stack may have dots in its name: a nested one is `<parent>.<logical id>`. */
function splitName(name: string): [stack: string, own: string] {
  const dot = name.lastIndexOf('.');
  return [name.slice(0, dot), name.slice(dot + 1)];
}
