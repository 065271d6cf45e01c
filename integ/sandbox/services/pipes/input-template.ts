import type { Json, JsonObject } from '../../contracts';

/** Writes the input of a target for one event. */
export type InputTemplate = (event: Json, variables: Variables) => Json;

/** The reserved variables of a template, `aws.pipes.pipe-arn`. */
export type Variables = Readonly<Record<string, string>>;

/** A template that Pipes would reject, or a syntax that it does not support. */
export class InvalidTemplate extends Error {}

/** Documented: "Reserved variables" on the same page. */
const RESERVED = ['pipe-arn', 'pipe-name', 'source-arn', 'enrichment-arn', 'target-arn', 'event.ingestion-time'].map(
  (name) => `aws.pipes.${name}`,
);
const EVENTS = ['aws.pipes.event', 'aws.pipes.event.json'];
/** Documented: `InputTemplate` of `PipeTargetParameters`. */
const MAXIMUM = 8192;

type Part =
  | string
  | { readonly placeholder: string; readonly quoted: boolean; readonly valueOf: (event: Json, variables: Variables) => Json | undefined };

/**
 * Compiles an input template. Documented: "Amazon EventBridge Pipes input transformation". A text is written with quotes, escaped, and
 * within quotes without them; an object or a list must not stand in quotes. A path that an event does not have is an empty text: AWS does
 * not document it, and each such path is reported once.
 *
 * @param missing called with a placeholder that has no value
 * @throws InvalidTemplate
 */
export function inputTemplate(template: string, missing: (placeholder: string) => void = () => {}): InputTemplate {
  if (template.length > MAXIMUM) throw new InvalidTemplate(`it has ${template.length} characters: the maximum is ${MAXIMUM}`);
  const parts = partsOf(template);
  const json = /^\s*[{["]/.test(template) || (parts.length === 1 && typeof parts[0] !== 'string');
  return (event, variables) => {
    const text = parts
      .map((part) => (typeof part === 'string' ? part : written(part, part.valueOf(event, variables), json, missing)))
      .join('');
    if (!json) return text;
    try {
      return JSON.parse(text) as Json;
    } catch {
      throw new Error(`The input template does not result in valid JSON: ${text.slice(0, 200)}`);
    }
  };
}

/** Text and placeholders, each with whether it stands within the quotes of a JSON text. */
function partsOf(template: string): Part[] {
  const parts: Part[] = [];
  let text = '';
  let quoted = false;
  for (let at = 0; at < template.length; at++) {
    const letter = template[at];
    const placeholder = letter === '<' ? placeholderAt(template, at) : undefined;
    if (placeholder !== undefined) {
      if (text !== '') parts.push(text);
      parts.push({ placeholder: `<${placeholder}>`, quoted, valueOf: reader(placeholder) });
      text = '';
      at += placeholder.length + 1;
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

function placeholderAt(template: string, at: number): string | undefined {
  const end = template.indexOf('>', at);
  const name = end === -1 ? '' : template.slice(at + 1, end);
  return name.startsWith('$') || name.startsWith('aws.pipes.') ? name : undefined;
}

function reader(name: string): (event: Json, variables: Variables) => Json | undefined {
  if (EVENTS.includes(name)) return (event) => event;
  if (RESERVED.includes(name)) return (_event, variables) => variables[name];
  if (!name.startsWith('$')) throw new InvalidTemplate(`<${name}> is not a variable of pipes`);
  const steps = stepsOf(name);
  return (event) => read(event, steps);
}

/** `$.dynamodb.NewImage.roles.L[0].S` as its steps. */
function stepsOf(path: string): (string | number)[] {
  const steps: (string | number)[] = [];
  for (const part of path.split('.').slice(1)) {
    const [name, ...indexes] = part.split('[');
    if (!/^[\w/*-]+$/.test(name)) throw new InvalidTemplate(`<${path}> is not a path that pipes support`);
    steps.push(name);
    for (const index of indexes) {
      if (!/^(\d+|\*)\]$/.test(index)) throw new InvalidTemplate(`<${path}> is not a path that pipes support`);
      steps.push(index === '*]' ? '*' : Number(index.slice(0, -1)));
    }
  }
  if (!/^\$(\.|$)/.test(path)) throw new InvalidTemplate(`<${path}> is not a path that pipes support`);
  return steps;
}

function read(value: Json | undefined, [step, ...rest]: readonly (string | number)[]): Json | undefined {
  if (step === undefined || value === undefined) return value;
  if (step === '*') {
    const all = typeof value === 'object' && value !== null ? Object.values(value) : [];
    return all.map((one) => read(one, rest)).filter((one) => one !== undefined);
  }
  if (typeof value !== 'object' || value === null) return undefined;
  // A list takes an index with a dot, too.
  return read((value as JsonObject)[step], rest);
}

function written(
  { placeholder, quoted }: Exclude<Part, string>,
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
