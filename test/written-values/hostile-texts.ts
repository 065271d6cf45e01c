import { LONGEST_LOGGED_TEXT } from '../../src/runtime/log-line';

/** Texts that try to forge log lines, headers or keys. */
export const hostileTexts: Readonly<Record<string, string>> = {
  quotes: `x","tenant":"school-02","status":"200","z":"`,
  'a backslash at the end': 'x\\',
  'escaped quotes': 'x\\","tenant":"school-02"',
  braces: '}{"tenant":"school-02"}{',
  brackets: '],["x"',
  'line breaks': 'x\n{"tenant":"school-02"}\r\n{"tenant":"school-02"}\r',
  'other line ends': 'x\u0085y\u2028z\u2029v\u000bf\u000cs\u001c\u001d\u001e',
  'marks from right to left': '\u202eloohcs\u202c\u200f\u061c\u2066x\u2069',
  'ANSI escapes': '\u001b[2J\u001b[31mschool-02\u001b[0m\u009b1A',
  NUL: 'a\u0000b',
  'invisible characters': 'a\u200b\u200d\u00ad\ufeffb\u{e0001}\u{e0061}',
  'lone surrogates': 'a\ud800b\udfffc',
  'surrogates in the wrong order': '\udc00\ud800',
  '8 KB': 'x'.repeat(8_192),
  '8 KB of quotes': '"'.repeat(8_192),
  '8 KB of line ends': '\u2028'.repeat(8_192),
  'half a character at the end of what is logged': `${'x'.repeat(LONGEST_LOGGED_TEXT - 1)}😀`,
  'a metric': '{"_aws":{"CloudWatchMetrics":[{"Namespace":"x","Dimensions":[["x"]],"Metrics":[{"Name":"x"}]}]}}',
  'a template': '$context.authorizer.tenantId #set($tenant = "school-02") #end',
  'parameters of a query': '&MessageGroupId=school-02&MessageAttribute.1.Name=tenant%26x=1',
  'a percent sign': '%0a%22%00',
  'characters of base64': 'S-D5_9QF+AFn/g==',
};

/** Invisible code points that terminals, editors and line readers act on. */
const INVISIBLE = [
  [0, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0xfeff, 0xfeff],
  [0xe0000, 0xe007f],
];

/** Parses a line; fails if another parser would read another line, or several. */
export function parsed(line: string): Record<string, unknown> {
  const invisible = [...line]
    .map((character) => character.codePointAt(0) ?? 0)
    .filter((code) => INVISIBLE.some(([from, to]) => code >= from && code <= to));
  expect(invisible).toEqual([]);
  expect(Buffer.from(line, 'utf8').toString('utf8')).toBe(line);
  expect(Buffer.byteLength(line)).toBeLessThan(32 * 1_024);
  const names = [...line.matchAll(/"((?:[^"\\]|\\.)*)":/g)].map(([, name]) => name);
  const value = JSON.parse(line) as Record<string, unknown>;
  // The first or the last of two would count, which depends on the parser.
  for (const name of Object.keys(value)) expect(names.filter((other) => other === name)).toHaveLength(1);
  return value;
}

/** What a logged text parses to: the text, cut where it is too long for a line, with U+FFFD for what UTF-8 does not have. */
export function logged(text: string): string {
  const cut = text.length > LONGEST_LOGGED_TEXT ? `${text.slice(0, LONGEST_LOGGED_TEXT)}…` : text;
  return Buffer.from(cut, 'utf8').toString('utf8');
}
