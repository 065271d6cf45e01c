import type { Json, JsonObject } from '../contracts';

/** A template that AWS would reject, or a syntax that the service does not support. */
export class InvalidTemplate extends Error {}

/** The value of a placeholder for an event. */
export type Reader<Context> = (context: Context) => Json | undefined;

/** A template of a pipe or of a rule. */
export interface Template<Context> {
  /** Whether its text begins like JSON, or it is one placeholder. */
  readonly json: boolean;
  /** The text for an event. */
  write(context: Context): string;
}

type Part<Context> = string | { readonly placeholder: string; readonly quoted: boolean; readonly read: Reader<Context> };

/**
 * Compiles a template with placeholders in angle brackets. A text is written with quotes, escaped, and within quotes without them; an
 * object or a list must not stand in quotes. A placeholder without a value is an empty text: AWS does not document what it writes then.
 *
 * @param readerOf the reader of a name; undefined for what is no placeholder
 * @param missing called with a placeholder that has no value
 * @throws InvalidTemplate
 */
export function compileTemplate<Context>(
  template: string,
  readerOf: (name: string) => Reader<Context> | undefined,
  missing: (placeholder: string, context: Context) => void,
): Template<Context> {
  const parts = partsOf(template, readerOf);
  const json = /^\s*[{["]/.test(template) || (parts.length === 1 && typeof parts[0] !== 'string');
  return {
    json,
    write: (context) =>
      parts
        .map((part) => (typeof part === 'string' ? part : written(part, part.read(context), json, (name) => missing(name, context))))
        .join(''),
  };
}

/** Text and placeholders, each with whether it stands within the quotes of a JSON text. */
function partsOf<Context>(template: string, readerOf: (name: string) => Reader<Context> | undefined): Part<Context>[] {
  const parts: Part<Context>[] = [];
  let text = '';
  let quoted = false;
  for (let at = 0; at < template.length; at++) {
    const letter = template[at];
    const end = letter === '<' ? template.indexOf('>', at) : -1;
    const name = template.slice(at + 1, Math.max(end, at + 1));
    const read = end === -1 ? undefined : readerOf(name);
    if (read !== undefined) {
      if (text !== '') parts.push(text);
      parts.push({ placeholder: `<${name}>`, quoted, read });
      text = '';
      at = end;
      continue;
    }
    if (letter === '\\') {
      text += letter + (template[at + 1] ?? '');
      at++;
      continue;
    }
    if (letter === '"') quoted = !quoted;
    text += letter;
  }
  return text === '' ? parts : [...parts, text];
}

function written<Context>(
  { placeholder, quoted }: Exclude<Part<Context>, string>,
  value: Json | undefined,
  json: boolean,
  missing: (placeholder: string) => void,
): string {
  if (value === undefined) missing(placeholder);
  const given = value ?? (value === null ? null : '');
  if (!json) return typeof given === 'string' ? given : JSON.stringify(given);
  if (!quoted) return JSON.stringify(given);
  if (typeof given === 'object' && given !== null) throw new Error(`${placeholder} is an object or a list, which must not stand in quotes`);
  return JSON.stringify(String(given)).slice(1, -1);
}

/** Reads a path, `$.dynamodb.NewImage.roles.L[0].S`. @throws InvalidTemplate for a syntax that AWS does not support */
export function pathReader(path: string): (event: Json) => Json | undefined {
  const steps = stepsOf(path);
  return (event) => read(event, steps);
}

function stepsOf(path: string): (string | number)[] {
  const invalid = () => new InvalidTemplate(`<${path}> is not a path that EventBridge supports`);
  const steps: (string | number)[] = [];
  for (const part of path.split('.').slice(1)) {
    const [name, ...indexes] = part.split('[');
    if (!/^[\w/*-]+$/.test(name)) throw invalid();
    steps.push(name);
    for (const index of indexes) {
      if (!/^(\d+|\*)\]$/.test(index)) throw invalid();
      steps.push(index === '*]' ? '*' : Number(index.slice(0, -1)));
    }
  }
  if (!/^\$(\.|$)/.test(path)) throw invalid();
  return steps;
}

function read(value: Json | undefined, [step, ...rest]: readonly (string | number)[]): Json | undefined {
  if (step === undefined || value === undefined) return value;
  if (step === '*') {
    const all = typeof value === 'object' && value !== null ? Object.values(value) : [];
    return all.map((one) => read(one, rest)).filter((one) => one !== undefined);
  }
  // A list takes an index with a dot, too.
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
  return read((value as JsonObject)[step], rest);
}
