import { JsonArray, type Value } from './value';

type Step = { readonly key: string } | { readonly index: number } | { readonly wildcard: true };

const STEP =
  /\.\*|\[\s*\*\s*\]|\.([\p{L}_][\p{L}\p{N}_-]*)|\[\s*(-?\d+)\s*\]|\[\s*'((?:[^'\\]|\\.)*)'\s*\]|\[\s*"((?:[^"\\]|\\.)*)"\s*\]/uy;
const compiled = new Map<string, readonly Step[]>();

/**
 * Steps of a JSONPath of members, elements and wildcards: `$.a.b[0]['c'][*]`. Filters, slices, unions and `..` throw an error
 * that names the path: they are not supported here.
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
    if (!match) throw new Error(`JSONPath ${path} is not supported: only members, elements and * are`);
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

/** What a path leads to: undefined where it leads nowhere, a list where it has a wildcard. */
export function readPath(root: Value, path: string): Value {
  const steps = compilePath(path);
  let found: Value[] = [root];
  let definite = true;
  for (const step of steps) {
    if ('wildcard' in step) definite = false;
    found = found.flatMap((value) => children(value, step));
  }
  return definite ? found[0] : JsonArray.from(found);
}

function children(value: Value, step: Step): Value[] {
  if ('key' in step) return value instanceof Map && value.has(step.key) ? [value.get(step.key)] : [];
  if ('wildcard' in step) return value instanceof Map ? [...value.values()] : Array.isArray(value) ? [...value] : [];
  if (!Array.isArray(value)) return [];
  const index = step.index < 0 ? value.length + step.index : step.index;
  return index >= 0 && index < value.length ? [value[index]] : [];
}
