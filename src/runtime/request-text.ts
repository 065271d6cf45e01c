/** Maximum length of an identifier that a caller chooses for a request, in characters. */
export const LONGEST_REQUEST_TEXT = 128;

/** An `Idempotency-Key` header, or a request id that the caller chose: printable ASCII, which all systems on the way treat alike. */
export const REQUEST_TEXT = `[!-~]{1,${LONGEST_REQUEST_TEXT}}`;

const pattern = new RegExp(`^${REQUEST_TEXT}$`);

export function isRequestText(value: unknown): value is string {
  return typeof value === 'string' && pattern.test(value);
}
