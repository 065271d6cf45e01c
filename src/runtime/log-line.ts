/** Maximum length of one value, in characters: a log event has a size limit, which a caller's text must not use up. */
export const LONGEST_LOGGED_TEXT = 1_024;

/**
 * Invisible characters that change how a log is displayed: control characters, marks that reverse text (U+202E), and line separators that
 * only some programs recognize (U+0085, U+2028).
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Formats a log event as one line of JSON that every parser reads in the same way, whatever a caller sent. Invisible characters are escaped
 * as `\uXXXX`, strings are truncated with `…` after 1,024 characters, and lone surrogates, which have no UTF-8 encoding, are replaced by
 * U+FFFD.
 */
export function logLine(line: object): string {
  return visible(JSON.stringify(line, (_, value: unknown) => (typeof value === 'string' ? cut(value, LONGEST_LOGGED_TEXT) : value)));
}

/**
 * Writes events to the function's log. `console` is not used, because the runtime would wrap lines, and CloudWatch reads metrics only from
 * whole JSON lines.
 */
export function writeLines(...lines: readonly object[]): void {
  process.stdout.write(`${lines.map(logLine).join('\n')}\n`);
}

/** Makes a text safe for an error message, which Lambda logs when a function throws it. */
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
