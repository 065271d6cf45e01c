import { MOST_BYTES_IN_STATE } from '../limits';
import { lostIn } from './written-again';

/** A report as it is sent: its text, and the number of its rows if it has a list of that name. */
export interface ReportText {
  readonly text: string;
  readonly rows?: number;
}

/**
 * Reads a report. A function sends the text as it is. An HTTP Task sends the values that it parses: what is stored and hashed is then the text
 * of `JSON.stringify(JSON.parse(text))`, which differs from the given one only in spaces, escapes and the form of numbers (`7.50` is `7.5`).
 *
 * @param hasBody whether an HTTP Task sends it
 * @param report how an error names it
 * @throws if the text is not JSON, is too large, or has something that an HTTP Task would change. Messages do not quote values.
 */
export function readReport(text: string, hasBody: boolean, report: string): ReportText {
  try {
    return readValue(text, hasBody, report);
  } catch (error) {
    if (error instanceof RangeError) throw new Error(`${report} is nested too deeply`);
    throw error;
  }
}

function readValue(text: string, hasBody: boolean, report: string): ReportText {
  const value = parsed(text, report);
  const { rows } = (value ?? {}) as { readonly rows?: unknown };
  const counted = Array.isArray(rows) ? { rows: rows.length } : {};
  if (!hasBody) return { text, ...counted };
  const written = JSON.stringify(value);
  const bytes = Buffer.byteLength(written);
  if (bytes > MOST_BYTES_IN_STATE) {
    throw new Error(`${report} has ${bytes} bytes, and an HTTP Task sends at most ${MOST_BYTES_IN_STATE}: use Transport.fromFunction`);
  }
  const lost = lostIn(text, written);
  if (lost !== undefined) throw new Error(`${report} has ${lost}`);
  return { text: written, ...counted };
}

function parsed(json: string, report: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch (error) {
    if (error instanceof RangeError) throw error;
    // The message of the error quotes the text.
    throw new Error(`${report} is not JSON`);
  }
}
