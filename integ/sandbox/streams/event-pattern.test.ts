import type { JsonObject } from '../contracts';
import { eventPattern } from './event-pattern';

const matches = (pattern: object, event: JsonObject) => eventPattern(JSON.stringify(pattern))(event);

// documented: "Comparison operators for use in event patterns in Amazon EventBridge", "Event filtering in Amazon EventBridge Pipes"
describe('an event pattern', () => {
  test.each<[string, object, JsonObject, boolean]>([
    ['exact text', { eventName: ['INSERT', 'MODIFY'] }, { eventName: 'MODIFY' }, true],
    ['another text', { eventName: ['INSERT', 'MODIFY'] }, { eventName: 'REMOVE' }, false],
    ['text is compared with case', { eventName: ['insert'] }, { eventName: 'INSERT' }, false],
    ['a number is not a text', { a: ['5'] }, { a: 5 }, false],
    ['a number in another notation', { a: [300] }, { a: 3e2 }, true],
    ['null', { a: [null] }, { a: null }, true],
    ['a missing field is not null', { a: [null] }, {}, false],
    ['an empty text', { a: [''] }, { a: '' }, true],
    ['true', { a: [true] }, { a: true }, true],
    ['all fields', { a: ['x'], b: ['y'] }, { a: 'x', b: 'z' }, false],
    [
      'nested fields',
      { dynamodb: { NewImage: { pk: { S: [{ prefix: 'GRADE#' }] } } } },
      { dynamodb: { NewImage: { pk: { S: 'GRADE#1' } } } },
      true,
    ],
    ['prefix without case', { a: [{ prefix: { 'equals-ignore-case': 'gra' } }] }, { a: 'GRADE' }, true],
    ['suffix', { a: [{ suffix: '.png' }] }, { a: 'x.png' }, true],
    ['suffix of another text', { a: [{ suffix: '.png' }] }, { a: 'x.jpg' }, false],
    ['equals-ignore-case', { a: [{ 'equals-ignore-case': 'alice' }] }, { a: 'Alice' }, true],
    ['anything-but', { a: [{ 'anything-but': 'x' }] }, { a: 'y' }, true],
    ['anything-but of a list', { a: [{ 'anything-but': ['x', 'y'] }] }, { a: 'y' }, false],
    ['anything-but of a missing field', { a: [{ 'anything-but': 'x' }] }, {}, false],
    ['numeric, one limit', { a: [{ numeric: ['<', 10] }] }, { a: 9 }, true],
    ['numeric, a range', { a: [{ numeric: ['>', 0, '<=', 5] }] }, { a: 6 }, false],
    ['numeric of a text', { a: [{ numeric: ['=', 5] }] }, { a: '5' }, false],
    ['exists', { userIdentity: { type: [{ exists: true }] } }, { userIdentity: { type: 'Service' } }, true],
    ['does not exist', { userIdentity: { type: [{ exists: false }] } }, {}, true],
    ['exists is for values, not for objects', { a: [{ exists: true }] }, { a: { b: 1 } }, false],
    ['an array matches if one element does', { a: ['x'] }, { a: ['w', 'x'] }, true],
    ['objects in an array', { a: { b: ['x'] } }, { a: [{ b: 'w' }, { b: 'x' }] }, true],
    ['a rule among values', { a: [{ prefix: 'x' }, 'y'] }, { a: 'y' }, true],
    ['$or, the second', { $or: [{ a: ['x'] }, { b: [{ numeric: ['>', 1] }] }] }, { a: 'w', b: 2 }, true],
    ['$or, none', { c: ['z'], $or: [{ a: ['x'] }, { b: ['y'] }] }, { c: 'z', a: 'w', b: 'w' }, false],
  ])('%s', (_name, pattern, event, expected) => {
    expect(matches(pattern, event)).toBe(expected);
  });

  test.each<[string, string]>([
    ['[]', 'it must be a JSON object'],
    ['{', 'it is not JSON'],
    ['{"a":"x"}', '"a" must be an object or an array'],
    ['{"a":[]}', '"a" has an empty array'],
    ['{"a":{}}', 'a. is an empty object'],
    ['{"a":[{"like":"x"}]}', '"a": unrecognized match type like'],
    ['{"a":[{"wildcard":"x*"}]}', '"a": the operator wildcard is not supported'],
    ['{"a":[{"anything-but":{"prefix":"x"}}]}', '"a": anything-but with prefix is not supported'],
    ['{"a":[{"numeric":["~",1]}]}', '"a": numeric must be'],
    ['{"a":[{"anything-but":["x",1]}]}', '"a": anything-but must be texts or numbers'],
    ['{"a":[{"numeric":[">",5,"<",1]}]}', '"a": numeric must have a lower limit before a higher one'],
    ['{"a":[{"exists":"yes"}]}', '"a": exists must be true or false'],
    ['{"$or":[{"a":["x"]}]}', '$or must be a list of at least two objects'],
  ])('%s is rejected', (pattern, message) => {
    expect(() => eventPattern(pattern)).toThrow(message);
  });
});

// documented: the same pages, operators that pipes do not have
describe('an event pattern of a rule or of a filter policy', () => {
  const matchesAll = (rule: unknown, value: JsonObject[string]) => eventPattern(JSON.stringify({ a: [rule] }), 'all')({ a: value });

  test.each<[unknown, JsonObject[string], boolean]>([
    [{ wildcard: '*.png' }, 'x.png', true],
    [{ wildcard: 'a*b*c' }, 'a-b-b-c', true],
    [{ wildcard: 'a*b' }, 'ab', true],
    [{ wildcard: 'ab*b' }, 'ab', false],
    [{ wildcard: 'a\\*b' }, 'a*b', true],
    [{ wildcard: 'a\\*b' }, 'axb', false],
    [{ wildcard: 'x' }, 'x', true],
    [{ cidr: '10.0.0.0/24' }, '10.0.0.255', true],
    [{ cidr: '10.0.0.0/24' }, '10.0.1.0', false],
    [{ cidr: '10.0.0.0/24' }, 'ten', false],
    [{ cidr: '2001:db8::/32' }, '2001:db8::1', true],
    [{ cidr: '2001:db8::/32' }, '10.0.0.1', false],
    [{ 'anything-but': { prefix: 'init' } }, 'running', true],
    [{ 'anything-but': { prefix: ['init', 'run'] } }, 'running', false],
    [{ 'anything-but': { suffix: '.txt' } }, 'a.txt', false],
    [{ 'anything-but': { 'equals-ignore-case': ['A', 'b'] } }, 'B', false],
    [{ 'anything-but': { wildcard: '*/lib/*' } }, '/usr/lib/x', false],
    [{ exists: true }, 'x', true],
  ])('%j of %j: %s', (rule, value, expected) => {
    expect(matchesAll(rule, value)).toBe(expected);
  });

  test('the name of a field that every object inherits is a field like others', () => {
    expect(eventPattern('{"constructor":[{"exists":true}]}', 'all')({})).toBe(false);
  });

  test.each<[unknown, string]>([
    [{ wildcard: 'a**b' }, 'consecutive stars'],
    [{ wildcard: 'a\\b' }, 'invalid escape'],
    [{ cidr: '10.0.0.0/33' }, 'is not a range of IP addresses'],
    [{ cidr: '10.0.0/24' }, 'is not a range of IP addresses'],
    [{ 'anything-but': { numeric: ['>', 1] } }, 'anything-but must have one of prefix, suffix, equals-ignore-case, wildcard'],
    [{ 'anything-but': { prefix: 1 } }, 'prefix must be text'],
  ])('%j is rejected', (rule, message) => {
    expect(() => matchesAll(rule, 'x')).toThrow(message);
  });
});
