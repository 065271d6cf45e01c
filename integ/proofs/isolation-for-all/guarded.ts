import type { Json, JsonObject } from '../../sandbox';
import type { CloudAssembly } from '../../sandbox/assembly/assembly';
import { stop } from '../isolation/not-supported';
import { both, type Explorer, type Given, type Guarded } from './choices';

/** An expression of a template. */
export interface Expression {
  readonly stack: string;
  /** For errors: the construct and the property. */
  readonly where: string;
  readonly json: Json | undefined;
}

/** Reads expressions of templates with every value that conditions and parameters give them. */
export interface Reader {
  /** The ends of `Fn::If` at this place. What is left out in a case (`AWS::NoValue`) is not among them. */
  branches(expression: Expression, given?: Given): Guarded<Json>[];
  /** The items of a list, or one that stands for itself. */
  items(expression: Expression, given?: Given): Guarded<Json>[];
  texts(expression: Expression, given?: Given): Guarded<string>[];
  /** A text that no condition changes. */
  text(expression: Expression): string;
}

export function readerOf(assembly: CloudAssembly, explorer: Explorer): Reader {
  const evaluated = ({ stack, where, json }: Expression, given: Given): Guarded<Json>[] =>
    explorer
      .all(where, () => assembly.evaluate(assembly.stack(stack), json ?? null, where) ?? null)
      .flatMap(({ given: more, value }) => {
        const together = both(given, more);
        return together === undefined || value === null ? [] : [{ given: together, value }];
      });

  const branches: Reader['branches'] = (expression, given = []) => {
    const { json, stack } = expression;
    if (!isSet(json)) return [];
    const condition = conditional(json);
    if (condition === undefined) return [{ given, value: json }];
    const [name, then, otherwise] = condition;
    return [true, false].flatMap((value) => {
      const together = both(given, [{ kind: 'condition', name: `${stack}.${name}`, value }]);
      return together === undefined ? [] : branches({ ...expression, json: value ? then : otherwise }, together);
    });
  };

  const items: Reader['items'] = (expression, given = []) =>
    branches(expression, given).flatMap(({ given: own, value }) =>
      Array.isArray(value) ? value.flatMap((json) => items({ ...expression, json }, own)) : [{ given: own, value }],
    );

  const texts: Reader['texts'] = (expression, given = []) =>
    items(expression, given).flatMap(({ given: own, value }) => {
      if (typeof value !== 'object' || value === null) return [{ given: own, value: String(value) }];
      return evaluated({ ...expression, json: value }, own).flatMap(({ given: each, value: found }) =>
        [found].flat().map((one) => {
          if (typeof one === 'object') return stop(expression.where, `${JSON.stringify(one)} is not supported: expected a text`);
          return { given: each, value: String(one) };
        }),
      );
    });

  const text: Reader['text'] = (expression) => {
    const found = [...new Set(texts(expression).map(({ value }) => value))];
    if (found.length === 1) return found[0];
    return stop(expression.where, `it is ${found.length === 0 ? 'missing' : `one of ${found.join(', ')}`}, which is not supported`);
  };
  return { branches, items, texts, text };
}

/** Whether a property has a value. */
export function isSet(json: Json | undefined): json is Json {
  return json !== undefined && json !== null && !(isObject(json) && json.Ref === 'AWS::NoValue');
}

function conditional(json: Json): [string, Json, Json] | undefined {
  const argument = isObject(json) ? json['Fn::If'] : undefined;
  return Array.isArray(argument) && argument.length === 3 ? [String(argument[0]), argument[1], argument[2]] : undefined;
}

export function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
