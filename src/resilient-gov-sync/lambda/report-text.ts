import { MOST_BYTES_IN_STATE } from './limits';

/** A report as it is sent: its text, and the number of its rows if it has a list of that name. */
export interface ReportText {
  readonly text: string;
  readonly rows?: number;
}

/**
 * Reads a report. A function sends the text as it is. An HTTP Task sends the JSON of the values that it gets, so that the text is written in
 * the same way before its hash is computed.
 *
 * @param hasBody whether an HTTP Task sends it
 * @param report how an error names it
 * @throws if the text is not JSON, is too large, or has a whole number that JSON of an HTTP Task cannot hold
 */
export function readReport(text: string, hasBody: boolean, report: string): ReportText {
  const value = parsed(text, report);
  const { rows } = (value ?? {}) as { readonly rows?: unknown };
  const counted = Array.isArray(rows) ? { rows: rows.length } : {};
  if (!hasBody) return { text, ...counted };
  const written = JSON.stringify(value);
  const bytes = Buffer.byteLength(written);
  if (bytes > MOST_BYTES_IN_STATE) {
    throw new Error(`${report} has ${bytes} bytes, and an HTTP Task sends at most ${MOST_BYTES_IN_STATE}: use Transport.fromFunction`);
  }
  return { text: written, ...counted };

  function parsed(json: string, where: string): unknown {
    try {
      return JSON.parse(json, (_, one: unknown) => {
        if (hasBody && typeof one === 'number' && Number.isInteger(one) && !Number.isSafeInteger(one)) throw new RangeError(String(one));
        return one;
      });
    } catch (error) {
      if (error instanceof RangeError) {
        throw new Error(
          `${where} has the number ${error.message}, which an HTTP Task would change: write it as a text, or use Transport.fromFunction`,
        );
      }
      throw new Error(`${where} is not JSON`);
    }
  }
}
