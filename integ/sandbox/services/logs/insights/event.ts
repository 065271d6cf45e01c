import type { Json, LogLine } from '../../../contracts';
import { asObject } from '../../../protocol/json';

/** What a command reads. A field that is missing is undefined. */
export type Row = (field: string) => string | undefined;

/** Documented: "Supported logs and discovered fields": the first 200 fields of a JSON message are discovered. */
const MAX_FIELDS = 200;

export function timeText(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').replace('Z', '');
}

/** A log line with its fields, which are read when the first one is needed. */
export function rowOf({ at, group, stream, message }: LogLine, account: string): Row {
  let discovered: ReadonlyMap<string, string> | undefined;
  const system: Readonly<Record<string, string>> = {
    '@timestamp': timeText(at),
    '@message': message,
    '@log': `${account}:${group}`,
    '@logStream': stream,
  };
  return (field) => {
    if (Object.hasOwn(system, field)) return system[field];
    discovered ??= fieldsOf(message);
    return discovered.get(field);
  };
}

/** Documented there: nested fields have periods in their names, and elements of arrays their index. */
function fieldsOf(message: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const open: (readonly [name: string, value: Json])[] = Object.entries(asObject(message) ?? {}).reverse();
  for (let next = open.pop(); next !== undefined && fields.size < MAX_FIELDS; next = open.pop()) {
    const [name, value] = next;
    if (typeof value !== 'object' || value === null) {
      if (value !== null) fields.set(name, String(value));
      continue;
    }
    for (const [key, inner] of Object.entries(value).reverse()) open.push([`${name}.${key}`, inner]);
  }
  return fields;
}
