import { quotedText } from '../../runtime/log-line';

/**
 * What would be lost if a text in JSON was parsed and written again, as an HTTP Task does: digits of a number, or a member whose name is there
 * twice. That spaces, the form of a number (`7.50`, `1e3`) or escapes in texts are written differently loses nothing.
 *
 * @param text valid JSON
 * @param written what `JSON.stringify(JSON.parse(text))` returns
 * @returns undefined if nothing is lost
 */
export function lostIn(text: string, written: string): string | undefined {
  const given = scan(text);
  // The value itself is not quoted: it can be personal data, and the reason is in the audit.
  if (given.changed !== undefined) {
    const where = quotedText(given.changed, 60);
    return `a number at ${where}, which an HTTP Task would change: write it as a text, or use Transport.fromFunction`;
  }
  if (given.members === scan(written).members) return undefined;
  return 'a name twice in one object, of which an HTTP Task would send one: remove the other, or use Transport.fromFunction';
}

interface Scanned {
  /** Members of all objects. */
  readonly members: number;
  /** The name before the first number whose value does not survive. */
  readonly changed?: string;
}

/** Reads tokens of valid JSON in one pass. */
function scan(json: string): Scanned {
  let [members, name, last] = [0, 'the beginning', ''];
  for (let at = 0; at < json.length; ) {
    const start = at;
    at = endOfToken(json, at);
    const first = json[start];
    if (first === '"') last = json.slice(start + 1, at - 1);
    else if (first === ':') {
      members += 1;
      name = last;
    } else if (first === '-' || isDigit(first)) {
      if (!survives(json.slice(start, at))) return { members, changed: name };
    }
  }
  return { members };
}

/** Step Functions reads and writes numbers once more: how it does that with whole numbers above 2^53 is not documented. */
function survives(literal: string): boolean {
  const value = Number(literal);
  if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) return false;
  const written = String(value);
  return literal === written || decimalOf(literal) === decimalOf(written);
}

const isDigit = (character: string) => character >= '0' && character <= '9';

/** The index after a text, a number or a single character. */
function endOfToken(json: string, start: number): number {
  let at = start + 1;
  if (json[start] === '"') {
    while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
    return at + 1;
  }
  if (json[start] === '-' || isDigit(json[start])) while (at < json.length && '+-.eE0123456789'.includes(json[at])) at++;
  return at;
}

/** The exact value of a number, in one form: its digits without zeros at their ends, and the power of ten of the last one. */
function decimalOf(literal: string): string {
  const isNegative = literal.startsWith('-');
  const [mantissa, exponent = '0'] = literal
    .slice(isNegative ? 1 : 0)
    .toLowerCase()
    .split('e');
  const [whole, fraction = ''] = mantissa.split('.');
  const digits = whole + fraction;
  let [first, end] = [0, digits.length];
  while (digits[first] === '0') first++;
  while (end > first && digits[end - 1] === '0') end--;
  if (first === end) return '0';
  return `${isNegative ? '-' : ''}${digits.slice(first, end)}e${Number(exponent) - fraction.length + digits.length - end}`;
}
