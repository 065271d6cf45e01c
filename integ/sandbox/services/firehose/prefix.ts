/** What a prefix is evaluated with. */
export interface PrefixValues {
  /** The arrival of the oldest record of the object, in milliseconds since the epoch. */
  readonly at: number;
  readonly random: string;
  readonly keys?: Readonly<Record<string, string>>;
  readonly errorType?: string;
}

/** A prefix of objects. Documented: "Understand custom prefixes for Amazon S3 objects" (Amazon Data Firehose Developer Guide). */
export interface Prefix {
  /** The partition keys in it. */
  readonly keys: readonly string[];
  readonly hasErrorType: boolean;
  readonly hasExpressions: boolean;
  evaluate(values: PrefixValues): string;
}

type Part = (values: PrefixValues) => string;

/** @throws for an expression that Firehose would reject or the sandbox does not support */
export function prefixOf(text: string): Prefix {
  const keys: string[] = [];
  let hasErrorType = false;
  let hasExpressions = false;
  const parts: Part[] = [];
  for (const piece of pieces(text)) {
    if (typeof piece === 'string') {
      parts.push(() => piece);
      continue;
    }
    hasExpressions = true;
    const { namespace, value } = piece;
    if (namespace === 'timestamp') {
      parts.push(timestamp(value));
    } else if (namespace === 'partitionKeyFromQuery') {
      keys.push(value);
      parts.push(({ keys: given = {} }) => given[value]);
    } else if (namespace === 'firehose' && value === 'random-string') {
      parts.push(({ random }) => random);
    } else if (namespace === 'firehose' && value === 'error-output-type') {
      hasErrorType = true;
      parts.push(({ errorType = '' }) => errorType);
    } else {
      throw new Error(`the expression !{${namespace}:${value}} is not supported`);
    }
  }
  return { keys, hasErrorType, hasExpressions, evaluate: (values) => parts.map((part) => part(values)).join('') };
}

function* pieces(text: string): Generator<string | { readonly namespace: string; readonly value: string }> {
  const [first, ...others] = text.split('!{');
  yield first;
  for (const other of others) {
    const end = other.indexOf('}');
    const colon = other.indexOf(':');
    if (end === -1 || colon === -1 || colon > end) throw new Error('an expression must have the form !{namespace:value}');
    yield { namespace: other.slice(0, colon), value: other.slice(colon + 1, end) };
    yield other.slice(end + 1);
  }
}

const FIELDS: Readonly<Record<string, (date: Date) => number>> = {
  y: (date) => date.getUTCFullYear(),
  M: (date) => date.getUTCMonth() + 1,
  d: (date) => date.getUTCDate(),
  H: (date) => date.getUTCHours(),
  m: (date) => date.getUTCMinutes(),
  s: (date) => date.getUTCSeconds(),
};

/** A pattern of Java's DateTimeFormatter with the letters above, in UTC. */
function timestamp(pattern: string): Part {
  const parts: ((date: Date) => string)[] = [];
  for (let at = 0; at < pattern.length; ) {
    const letter = pattern[at];
    if (letter === "'") {
      const end = pattern.indexOf("'", at + 1);
      if (end === -1) throw new Error(`the timestamp pattern ${pattern} has a quote without an end`);
      const literal = pattern.slice(at + 1, end);
      parts.push(() => (literal === '' ? "'" : literal));
      at = end + 1;
      continue;
    }
    let length = 1;
    while (pattern[at + length] === letter) length++;
    const field = FIELDS[letter];
    if (field === undefined && /[A-Za-z]/.test(letter))
      throw new Error(`the letter ${letter} of the timestamp pattern ${pattern} is not supported`);
    const text = letter.repeat(length);
    parts.push(field === undefined ? () => text : (date) => digits(field(date), letter === 'y' && length === 2 ? -2 : length));
    at += length;
  }
  return ({ at }) => parts.map((part) => part(new Date(at))).join('');
}

/** @param length the least number of digits, or -2 for the last two */
function digits(value: number, length: number): string {
  return length === -2 ? String(value).slice(-2) : String(value).padStart(length, '0');
}
