import type { AttributeValue } from './attribute-value';
import { readJson } from './json-reader';
import { Notation } from './notation';
import { type JsonPath, WantedValues } from './wanted-values';

/** The body of a message, in the two forms that the writer needs. */
export interface JsonBody {
  /** For keys: the requested values, as `JSON.parse` reads them. A number that a double cannot hold exactly is its text. */
  readonly values: Readonly<Record<string, unknown>>;
  /** For the item: a map if DynamoDB can store the document exactly, otherwise the unchanged text. */
  readonly attribute: AttributeValue;
}

/**
 * Reads a message's body, in time and memory that grow only with the length of the text.
 *
 * @param wanted paths of the values that keys are built from
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
    // JSON.parse stores `{"1023":…}` compactly; assigning a property named 1023 would allocate an array with 1,024 places.
    attribute: notation.text === undefined ? { S: text } : JSON.parse(notation.text),
  };
}
