import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { escapeJavaScript, urlDecode, urlEncode } from './java-text';
import { compileTemplate } from './template';
import { Host, type Value } from './value';

interface Recorded {
  readonly template: string;
  /** What Velocity 1.7 printed; null where it threw. */
  readonly output: string | null;
}

const recorded = JSON.parse(readFileSync(join(__dirname, 'oracle', 'velocity-1.7.json'), 'utf8')) as Recorded[];

/** The recorded templates that are rejected. No template in this list may run, and no other may be rejected. */
const UNSUPPORTED = [
  '#if($list == ["p", "q", "r"])f#end',
  '$word.matches("(?i)hello world")',
  '#[[]]#',
  '${ }',
  '$word-x',
  '$word.nope()',
  '#set($q = "say ""hi""")$q',
  "#set($q = 'it''s')$q",
  '#set($q = "say \\"hi\\"")$q',
  '\\$word \\#if \\\\$word',
  '#set($x = -$n)$x',
  '#macro(twice $a)$a$a#end#twice("x")',
  '#stop after',
  '#foreach($i in [1..3])$i#stop#end',
  '$word(1)',
  '#set($x = null)$x',
  '#evaluate("$n")',
  '$word.replaceAll("o\\b", "0")',
  '$word.hashCode()',
  '$word# #set($x = 4)$x',
];

const text =
  (change: (value: string) => Value) =>
  (value: Value): Value => {
    if (typeof value !== 'string') throw new Error('NullPointerException');
    return change(value);
  };

/** The same variables as in Oracle.java. */
function variables(): Map<string, Value> {
  const map = new Map<string, Value>([
    ['a', 1n],
    ['b', 'two'],
    ['c', ['x', 'y', 3n]],
    ['d', new Map([['deep', 'yes']])],
    ['none', null],
  ]);
  return new Map<string, Value>([
    ['map', map],
    ['list', ['p', 'q', 'r']],
    ['text', 'it\'s "a" \\ b/c & d=e+f 100% \u00e9 \u20ac \ud83d\ude00\tTab\nLine'],
    ['word', 'Hello World'],
    ['empty', ''],
    ['n', 7n],
    ['big', 9007199254740993n],
    ['real', 2.5],
    ['yes', true],
    ['no', false],
    ['nothing', null],
    ['util', new Host({ escapeJavaScript: text(escapeJavaScript), urlEncode: text(urlEncode), urlDecode: text(urlDecode) })],
  ]);
}

const compile = (template: string) =>
  compileTemplate(template, { variables: [...variables().keys(), 'undefined', 'context'], quiet: false });

describe('templates render as Velocity 1.7 renders them', () => {
  test.each(recorded.filter(({ template }) => !UNSUPPORTED.includes(template)))('$template', ({ template, output }) => {
    const compiled = compile(template);
    if (output === null) expect(() => compiled.render(variables())).toThrow();
    else expect(compiled.render(variables())).toBe(output);
  });

  test('one rendering does not affect the next', () => {
    const compiled = compile('#set($x = "$!x$n")$x#set($word = "changed")$word');
    expect([compiled.render(variables()), compiled.render(variables())]).toEqual(['7changed', '7changed']);
  });
});

describe('templates that would render differently are rejected by name', () => {
  test.each(UNSUPPORTED)('%s', (template) => {
    expect(recorded.map((one) => one.template)).toContain(template);
    expect(() => compile(template)).toThrow(/is not supported|cannot be parsed/);
  });
});

test('a loop has at most 1000 iterations', () => {
  expect(compile('#foreach($i in [1..1000])x#end').render(variables())).toHaveLength(1000);
  expect(() => compile('#foreach($i in [1..1001])x#end').render(variables())).toThrow('1001 iterations');
});

test('a reference to null prints nothing for API Gateway', () => {
  expect(compileTemplate('[$nothing]', { variables: ['nothing'] }).render(variables())).toBe('[]');
});

test('JavaScript built-ins are not available in a template', () => {
  const template = '$map.constructor$map.__proto__$word.length$list.push$map.get("constructor")$map.toString().length()';
  expect(compileTemplate(template, { variables: ['map', 'word', 'list'] }).render(variables())).toBe('50');
});
