import { type AttributeValue, isDouble } from './attribute-value';
import { eachToken, isNumber } from './json-tokens';
import { notationOf } from './notation';

/** The body of a message in the two forms that the writer needs. */
export interface JsonBody {
  /** For key templates: as JSON.parse reads it, but a number that a double cannot hold is its text. */
  readonly values: Readonly<Record<string, unknown>>;
  /** For the item: a map where DynamoDB holds the document exactly, else the text itself. Nothing is altered. */
  readonly attribute: AttributeValue;
}

/**
 * Reads a message's body. What that costs grows with the length of the text alone, whatever the text holds.
 *
 * @throws SyntaxError when the text is not a JSON object
 */
export function readBody(text: string): JsonBody {
  // JSON.parse decides what is JSON. What it forgets (the text of numbers, repeated names) is then read from text known to be right.
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new SyntaxError('not a JSON object');
  const quoted = withWideNumbersQuoted(text);
  const notation = notationOf(text);
  return {
    values: quoted === undefined ? parsed : JSON.parse(quoted),
    // By JSON.parse too, which keeps `{"1023":0}` small: an assignment by such a name makes room for all the smaller ones.
    attribute: notation === undefined ? { S: text } : JSON.parse(notation),
  };
}

/** The text with each number that a double cannot hold as a string; undefined where there is none. */
function withWideNumbersQuoted(text: string): string | undefined {
  const parts: string[] = [];
  let copied = 0;
  eachToken(text, (token, at) => {
    if (isNumber(token) && !isDouble(token)) {
      parts.push(text.slice(copied, at), `"${token}"`);
      copied = at + token.length;
    }
    return true;
  });
  return parts.length === 0 ? undefined : parts.join('') + text.slice(copied);
}
