/** How the text of a value in a result of Athena is written as JSON. */
export type ValueKind = 'text' | 'exact' | 'double' | 'boolean' | 'time' | 'json';

/** A field of a report's rows. */
export interface ReportField {
  readonly name: string;
  readonly column: string;
  readonly kind: ValueKind;
}

const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;
const TIME = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(\.\d{1,9})?$/;

/**
 * The JSON of a value. Exact numbers keep their digits in the file: `7.50` of a decimal is not made a floating-point number. An HTTP Task sends
 * it as `7.5`, and a number whose value it would change makes the report a dead letter.
 *
 * @throws when the text is none of the column's type. The message has no value, because it can be personal data.
 */
export function jsonOf(text: string | null, { name, kind }: ReportField): string {
  if (text === null) return 'null';
  const json = notations[kind](text);
  if (json === undefined) throw new Error(`the field ${name} has a value in the result of the query that is no ${kind}`);
  return json;
}

const notations: Readonly<Record<ValueKind, (text: string) => string | undefined>> = {
  text: (text) => JSON.stringify(text),
  exact: (text) => (NUMBER.test(text) ? text : undefined),
  double: (text) => (NUMBER.test(text) ? JSON.stringify(Number(text)) : undefined),
  boolean: (text) => (text === 'true' || text === 'false' ? text : undefined),
  time(text) {
    const [found, day, time, fraction = ''] = TIME.exec(text) ?? [];
    return found === undefined ? undefined : JSON.stringify(`${day}T${time}${fraction}Z`);
  },
  json(text) {
    try {
      return JSON.stringify(JSON.parse(text));
    } catch {
      return undefined;
    }
  },
};
