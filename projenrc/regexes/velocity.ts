import { parse } from 'velocityjs';

/** Java string methods that take a regular expression. */
const METHODS = ['matches', 'replaceAll', 'replaceFirst', 'split'];

/**
 * The regular expressions of a mapping template, found in its syntax tree.
 *
 * @throws on a pattern that is only known when the template runs
 */
export function regexesOfTemplate(template: string): string[] {
  const regexes: string[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, id, args } = node as { readonly type?: string; readonly id?: unknown; readonly args?: unknown };
    if (type === 'method' && typeof id === 'string' && METHODS.includes(id)) {
      const [pattern] = args as { readonly type: string; readonly value: string; readonly isEval?: boolean }[];
      if (pattern.type !== 'string' || (pattern.isEval === true && /[$#]/.test(pattern.value))) {
        throw new Error(`.${id}(…) in a mapping template: the pattern must be a literal`);
      }
      // String.matches matches the whole text.
      regexes.push(id === 'matches' ? `^(?:${pattern.value})$` : pattern.value);
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(parse(template));
  return regexes;
}
