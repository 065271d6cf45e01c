import type { Json } from '../contracts';
import { splitAttribute, variables } from './intrinsics';

/** What an expression refers to: a parameter, a resource, an attribute, or an export of another stack. */
export interface Reference {
  readonly name: string;
  readonly attribute?: string;
  /** Set for `Fn::ImportValue`: the expression of the export's name. */
  readonly exported?: Json;
  /** Set for `Fn::GetStackOutput`: its argument. */
  readonly output?: Json;
}

/**
 * The references of an expression. For `Fn::If`, only those of the branch that is taken.
 *
 * @param condition evaluates a condition of the template
 */
export function references(expression: Json | undefined, condition: (name: string) => boolean): Reference[] {
  const found: Reference[] = [];
  visit(expression);
  return found;

  function visit(node: Json | undefined): void {
    if (Array.isArray(node)) {
      node.forEach(visit);
      return;
    }
    if (node === null || node === undefined || typeof node !== 'object') {
      return;
    }
    for (const [key, argument] of Object.entries(node)) {
      if (key === 'Ref') {
        found.push({ name: String(argument) });
      } else if (key === 'Fn::GetAtt') {
        const [name, attribute] = typeof argument === 'string' ? splitAttribute(argument) : (argument as Json[]);
        found.push({ name: String(name), attribute: typeof attribute === 'string' ? attribute : '' });
        visit(attribute);
      } else if (key === 'Fn::Sub') {
        const [template, map] = Array.isArray(argument) ? argument : [argument];
        const own = Object.keys((map ?? {}) as object);
        for (const variable of variables(String(template)).filter((name) => !own.includes(name))) {
          const [name, attribute] = splitAttribute(variable);
          found.push(attribute === '' ? { name } : { name, attribute });
        }
        visit(map);
      } else if (key === 'Fn::If' && Array.isArray(argument)) {
        visit(argument[condition(String(argument[0])) ? 1 : 2]);
      } else if (key === 'Fn::ImportValue') {
        found.push({ name: '', exported: argument });
        visit(argument);
      } else if (key === 'Fn::GetStackOutput') {
        found.push({ name: '', output: argument });
        visit(argument);
      } else {
        visit(argument);
      }
    }
  }
}
