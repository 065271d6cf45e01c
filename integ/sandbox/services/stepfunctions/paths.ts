import type { Json, JsonObject } from '../../contracts';
import { NotSupported } from './not-supported';

/** Documented: "Input and output processing in Step Functions": `$.a.b[0]` in the data, `$$.Execution.Id` in the context object. */
export interface Path {
  readonly text: string;
  readonly ofContext: boolean;
  readonly steps: readonly (string | number)[];
}

const STEP = /\.([A-Za-z_][\w-]*)|\['([^'\]]+)'\]|\[(\d{1,9})\]/y;

/** @throws NotSupported for filters, wildcards and functions of JSONPath */
export function readPath(given: unknown, where: string): Path {
  const text = String(given);
  const ofContext = text.startsWith('$$');
  const steps: (string | number)[] = [];
  let at = ofContext ? 2 : 1;
  while (text.startsWith('$') && at < text.length) {
    STEP.lastIndex = at;
    const found = STEP.exec(text);
    if (found === null) break;
    const [, name, quoted, index] = found;
    steps.push(index === undefined ? (name ?? quoted) : Number(index));
    at = STEP.lastIndex;
  }
  if (!text.startsWith('$') || at < text.length) {
    throw new NotSupported(`${where} ${text} is not supported: use a path of names and indexes such as $.order.items[0]`);
  }
  return { text, ofContext, steps };
}

/** The value at a path; undefined if there is none. */
export function valueAt({ steps, ofContext }: Path, data: Json, context: JsonObject): Json | undefined {
  return steps.reduce<Json | undefined>(
    (value, step) => {
      if (Array.isArray(value)) return typeof step === 'number' ? value[step] : undefined;
      return typeof value === 'object' && value !== null && Object.hasOwn(value, String(step)) ? value[String(step)] : undefined;
    },
    ofContext ? context : data,
  );
}

/** The data with a value at a path, for `ResultPath`. Objects on the way are created. */
export function withValue({ steps }: Path, data: Json, value: Json): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  const inner = { text: '', ofContext: false, steps: rest };
  if (Array.isArray(data)) return data.map((item, index) => (index === step ? withValue(inner, item, value) : item));
  const object = typeof data === 'object' && data !== null ? data : {};
  return { ...object, [String(step)]: withValue(inner, object[String(step)] ?? {}, value) };
}

/** `Parameters` or `ResultSelector`: the members whose names end in `.$` take their values from paths. */
export interface Template {
  fill(data: Json, context: JsonObject, missing: (path: string) => Error): Json;
}

export function readTemplate(given: Json, where: string): Template {
  if (Array.isArray(given)) {
    const items = given.map((item, index) => readTemplate(item, `${where}[${index}]`));
    return { fill: (...parts) => items.map((item) => item.fill(...parts)) };
  }
  if (typeof given !== 'object' || given === null) return { fill: () => given };
  const members = Object.entries(given).map(([name, value]) =>
    name.endsWith('.$')
      ? ([name.slice(0, -2), pathTemplate(value, `${where}.${name}`)] as const)
      : ([name, readTemplate(value, `${where}.${name}`)] as const),
  );
  return { fill: (...parts) => Object.fromEntries(members.map(([name, value]) => [name, value.fill(...parts)])) };
}

function pathTemplate(given: Json, where: string): Template {
  const path = readPath(given, where);
  return {
    fill(data, context, missing) {
      const value = valueAt(path, data, context);
      if (value === undefined) throw missing(path.text);
      return value;
    },
  };
}
