/** Of one value, in characters. An event of CloudWatch Logs has a limit, and a caller's text must not fill it. */
export const LONGEST_LOGGED_TEXT = 1_024;

/**
 * What a reader does not see but acts on: control characters, marks that turn text around (U+202E), and line ends that only some readers take for one
 * (U+0085, U+2028).
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * One log event as one line of JSON that parses to the same values whatever a caller sent: invisible characters are written as `\uXXXX`, a text over
 * 1,024 characters ends there with `…`, and half a surrogate pair, which UTF-8 doesn't have and not every parser takes, is U+FFFD.
 */
export function logLine(line: object): string {
  return visible(JSON.stringify(line, (_, value: unknown) => (typeof value === 'string' ? cut(value, LONGEST_LOGGED_TEXT) : value)));
}

/** Writes events to the function's log. Not through console, which the runtime wraps: CloudWatch reads metrics only from lines that are JSON as a whole. */
export function writeLines(...lines: readonly object[]): void {
  process.stdout.write(`${lines.map(logLine).join('\n')}\n`);
}

/** A text for the message of an error, which Lambda logs when a function throws it. */
export function quotedText(text: string, longest: number): string {
  return visible(cut(text, longest));
}

function cut(text: string, longest: number): string {
  return (text.length > longest ? `${text.slice(0, longest)}…` : text).replace(/\p{Surrogate}/gu, '\ufffd');
}

function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => character.split('').map(escaped).join(''));
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
