/** DynamoDB's own notation of a value, as its API takes it. */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Readonly<Record<string, AttributeValue>> };

/**
 * The decimal value of a JSON number as `<digits>E<exponent>` without superfluous zeros, so that two numbers are equal exactly when
 * their texts are. Zero is `0`, and `-0` is a value of its own.
 */
export function canonicalDecimal(jsonNumber: string): string {
  const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(jsonNumber) ?? [];
  if (whole === undefined) throw new Error('not a JSON number');
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return `${sign}0`;
  const significant = digits.replace(/0+$/, '');
  return `${sign}${significant}E${BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length)}`;
}

/**
 * The number as DynamoDB can keep it exactly, or undefined: at most 38 significant digits, a magnitude between 1E-130 and
 * 9.99…E+125, and no sign on a zero. Documented: "Supported data types and naming rules in Amazon DynamoDB", Numbers.
 */
export function exactNumber(jsonNumber: string): AttributeValue | undefined {
  const canonical = canonicalDecimal(jsonNumber);
  if (canonical === '0') return { N: '0' };
  if (canonical === '-0') return undefined;
  const [digits, exponent] = canonical.replace('-', '').split('E');
  const magnitude = BigInt(exponent) + BigInt(digits.length - 1);
  if (digits.length > 38 || magnitude < -130n || magnitude > 125n) return undefined;
  // Plain short numbers go as they came; the others in the form that no engine has trouble with.
  return { N: /^-?\d{1,20}(\.\d{1,17})?$/.test(jsonNumber) ? jsonNumber : canonical };
}
