import type { AttributeValue } from './attribute-value';
import { readJson } from './json-reader';
import { Notation } from './notation';
import { type JsonPath, WantedValues } from './wanted-values';

/** The body of a message in the two forms that the writer needs. */
export interface JsonBody {
  /** For keys: the values that are wanted, as JSON.parse reads them, but a number that a double cannot hold is its text. */
  readonly values: Readonly<Record<string, unknown>>;
  /** For the item: a map where DynamoDB holds the document exactly, else the text itself. Nothing is altered. */
  readonly attribute: AttributeValue;
}

/**
 * Reads a message's body. What that costs grows with the length of the text alone, whatever the text holds.
 *
 * @param wanted where the values are that keys are made of
 * @throws SyntaxError when the text is not a JSON object
 */
export function readBody(text: string, wanted: readonly JsonPath[]): JsonBody {
  if (!/^[ \t\r\n]*\{/.test(text)) throw new SyntaxError('not a JSON object');
  const notation = new Notation();
  const values = new WantedValues(wanted);
  readJson(text, {
    begin: (container) => {
      notation.begin(container);
      values.begin(container);
    },
    end: (container) => {
      notation.end(container);
      values.end();
    },
    name: (token) => {
      notation.name(token);
      values.name(token);
    },
    scalar: (token) => {
      notation.scalar(token);
      values.scalar(token);
    },
  });
  return {
    values: values.found(),
    // By JSON.parse, which keeps `{"1023":…}` small: an assignment by such a name makes room for all the smaller ones.
    attribute: notation.text === undefined ? { S: text } : JSON.parse(notation.text),
  };
}
