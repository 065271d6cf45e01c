import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problemOf } from '../projenrc/regexes/check';
import { regexesIn } from '../projenrc/regexes/typescript';
import { regexesOfTemplate } from '../projenrc/regexes/velocity';

// What `npx projen lint` finds (projenrc/check-regexes.ts): a check that finds nothing passes too.

const SOURCE = `
// Not /in a comment(/, nor in a text: '/0+$/'.
export const digits = (text: string) => text.replace(/0+$/, '');
const TAIL = ')+$';
export const made = [new RegExp(\`(a+\${TAIL}\`, 'g'), RegExp('b' + TAIL)];
export const given = (pattern: string) => new RegExp(pattern);
export const found = 'text'.match('c+d');
export const response = { selectionPattern: '4\\\\d{2}' };
export const template = "#if($x.matches('e'))1#end";
`;

test('finds regular expressions in the syntax tree of code', () => {
  const directory = mkdtempSync(join(tmpdir(), 'regexes-'));
  try {
    const file = join(directory, 'source.ts');
    writeFileSync(file, SOURCE);
    const { regexes, unread, templates } = regexesIn([file], directory);
    expect(regexes.map(({ line, source, flags }) => `${line} /${source}/${flags}`)).toEqual([
      '3 /0+$/',
      '5 /(a+)+$/g',
      '5 /b)+$/',
      '7 /c+d/',
      '8 /4\\d{2}/',
    ]);
    expect(unread).toEqual([{ file: 'source.ts', line: 6, text: 'new RegExp(pattern)' }]);
    expect([...templates]).toEqual(['source.ts']);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('finds those of mapping templates, also in blocks', () => {
  const template = `#set($a = $input.body.replaceAll('\\s+', ''))#foreach($n in [1])#if($a.matches('b.*') && $n == 1)x#end#end`;
  expect(regexesOfTemplate(template)).toEqual(['\\s+', '^(?:b.*)$']);
  expect(() => regexesOfTemplate(`#if($a.matches("$b"))x#end`)).toThrow('must be a literal');
});

test.each([
  ['0+$', '', "/0+$/ takes 2nd degree polynomial time, for example on '0'.repeat("],
  ['^(a+)+$', '', "/^(a+)+$/ takes exponential time, for example on 'a' + 'a'.repeat("],
  ['^.*("Code":"|<Code>).*$', '', 'takes 2nd degree polynomial time'],
  ['(', '', '/(/ cannot be checked (invalid)'],
])('/%s/%s is a problem', (source, flags, problem) => {
  expect(problemOf({ source, flags })).toContain(problem);
});

test.each([
  ['"[^"\\\\]*(?:\\\\.[^"\\\\]*)*"', 'y'],
  ['^[a-z0-9-]{3,64}$', ''],
])('/%s/%s is none', (source, flags) => {
  expect(problemOf({ source, flags })).toBeUndefined();
});
