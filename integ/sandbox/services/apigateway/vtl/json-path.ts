import { JsonArray, type Value } from './value';

type Step = { readonly key: string } | { readonly index: number } | { readonly wildcard: true };

const STEP =
  /\.\*|\[\s*\*\s*\]|\.([\p{L}_][\p{L}\p{N}_-]*)|\[\s*(-?\d+)\s*\]|\[\s*'((?:[^'\\]|\\.)*)'\s*\]|\[\s*"((?:[^"\\]|\\.)*)"\s*\]/uy;
const compiled = new Map<string, readonly Step[]>();

/**
 * The steps of a JSONPath of members, elements and wildcards: `$.a.b[0]['c'][*]`. Filters, slices, unions and `..` are not supported and
 * throw an error that names the path.
 */
export function compilePath(path: string): readonly Step[] {
  const known = compiled.get(path);
  if (known) return known;
  const text = path.trim();
  const steps: Step[] = [];
  if (!text.startsWith('$')) throw new Error(`JSONPath ${path} is not supported: it must begin with $`);
  STEP.lastIndex = 1;
  let end = 1;
  while (end < text.length) {
    const match = STEP.exec(text);
    if (!match) throw new Error(`JSONPath ${path} is not supported: use only members, elements and *`);
    end = STEP.lastIndex;
    const quoted = match[3] ?? match[4];
    if (match[1] !== undefined) steps.push({ key: match[1] });
    else if (match[2] !== undefined) steps.push({ index: Number(match[2]) });
    else if (quoted !== undefined) steps.push({ key: quoted.replace(/\\(.)/g, '$1') });
    else steps.push({ wildcard: true });
  }
  if (compiled.size > 1000) compiled.clear();
  compiled.set(path, steps);
  return steps;
}

/** The value at a path: undefined if there is none, a list if the path has a wildcard. */
export function readPath(root: Value, path: string): Value {
  const steps = compilePath(path);
  if (!steps.some((step) => 'wildcard' in step)) return definite(root, steps);
  let found: Value[] = [root];
  for (const step of steps) found = found.flatMap((value) => children(value, step));
  return JsonArray.from(found);
}

/** The value at a path without wildcards. */
function definite(root: Value, steps: readonly Step[]): Value {
  let value = root;
  for (const step of steps) {
    const [child] = children(value, step);
    if (child === undefined) return undefined;
    value = child;
  }
  return value;
}

function children(value: Value, step: Step): Value[] {
  if ('key' in step) return value instanceof Map && value.has(step.key) ? [value.get(step.key)] : [];
  if ('wildcard' in step) return value instanceof Map ? [...value.values()] : Array.isArray(value) ? [...value] : [];
  if (!Array.isArray(value)) return [];
  const index = step.index < 0 ? value.length + step.index : step.index;
  return index >= 0 && index < value.length ? [value[index]] : [];
}
