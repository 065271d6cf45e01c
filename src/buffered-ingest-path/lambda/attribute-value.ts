/** A value in DynamoDB's own JSON notation. */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Readonly<Record<string, AttributeValue>> };

/** ± digits × 10^exponent. `digits` has no leading or trailing zeros, and is empty for zero. */
interface Decimal {
  readonly sign: '' | '-';
  readonly digits: string;
  /** Exact within ±2^53, which is far more than any number that DynamoDB or a double can hold. */
  readonly exponent: number;
}

const ZERO = 48;
const NINE = 57;

/**
 * Reads a JSON number in linear time, because callers choose its length. `/0+$/` would be quadratic: it retries from every zero of a run.
 */
function decimalOf(jsonNumber: string): Decimal {
  const sign = jsonNumber.startsWith('-') ? '-' : '';
  const dot = endOfDigits(jsonNumber, sign.length);
  const end = jsonNumber[dot] === '.' ? endOfDigits(jsonNumber, dot + 1) : dot;
  const exponent = end === jsonNumber.length ? 0 : Number(jsonNumber.slice(end + 1));
  const all = jsonNumber.slice(sign.length, dot) + jsonNumber.slice(dot + 1, end);
  let first = 0;
  let last = all.length;
  while (all.charCodeAt(first) === ZERO) first += 1;
  while (last > first && all.charCodeAt(last - 1) === ZERO) last -= 1;
  return { sign, digits: all.slice(first, last), exponent: exponent - Math.max(0, end - dot - 1) + all.length - last };
}

function endOfDigits(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) >= ZERO && text.charCodeAt(at) <= NINE) at += 1;
  return at;
}

/**
 * The canonical text of a JSON number: `<digits>E<exponent>` without superfluous zeros. Two numbers are equal exactly when their canonical
 * texts are. Zero is `0`, and `-0` is a separate value.
 */
export function canonicalDecimal(jsonNumber: string): string {
  return textOf(decimalOf(jsonNumber));
}

function textOf({ sign, digits, exponent }: Decimal): string {
  return digits === '' ? `${sign}0` : `${sign}${digits}E${exponent}`;
}

/** Documented: "Supported data types and naming rules in Amazon DynamoDB", Numbers. */
const MAX_DIGITS = 38;
const LEAST_MAGNITUDE = -130;
const GREATEST_MAGNITUDE = 125;

/**
 * The number if DynamoDB can store it exactly, or undefined: it has at most 38 significant digits, a magnitude between 1E-130 and
 * 9.99…E+125, and is not -0.
 */
export function exactNumber(jsonNumber: string): { readonly N: string } | undefined {
  const decimal = decimalOf(jsonNumber);
  const { sign, digits, exponent } = decimal;
  if (digits === '') return sign === '' ? { N: '0' } : undefined;
  const magnitude = exponent + digits.length - 1;
  if (digits.length > MAX_DIGITS || magnitude < LEAST_MAGNITUDE || magnitude > GREATEST_MAGNITUDE) return undefined;
  // Short numbers are passed on as written; all others in canonical form, which every engine accepts.
  return { N: /^-?\d{1,20}(\.\d{1,17})?$/.test(jsonNumber) ? jsonNumber : textOf(decimal) };
}

/**
 * A double is never printed with more than 17 digits, and every decimal of up to 15 digits survives a round trip. See IEEE 754, `DBL_DIG`.
 */
const MAX_DIGITS_OF_A_DOUBLE = 17;
const DIGITS_OF_ANY_DOUBLE = 15;

/** Whether `JSON.parse` reads the number without loss. */
export function isDouble(jsonNumber: string): boolean {
  // A fast path for the most common numbers, at a tenth of the cost.
  if (/^(?:0|-?[1-9]\d{0,14})$/.test(jsonNumber)) return true;
  const decimal = decimalOf(jsonNumber);
  const { sign, digits, exponent } = decimal;
  if (digits === '') return sign === '';
  if (digits.length > MAX_DIGITS_OF_A_DOUBLE) return false;
  if (digits.length <= DIGITS_OF_ANY_DOUBLE && Math.abs(exponent) < 290) return true;
  const double = Number(jsonNumber);
  return Number.isFinite(double) && canonicalDecimal(String(double)) === textOf(decimal);
}
