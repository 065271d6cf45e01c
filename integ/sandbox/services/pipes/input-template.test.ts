import type { Json } from '../../contracts';
import { inputTemplate } from './input-template';

const event = {
  eventName: 'INSERT',
  dynamodb: {
    Keys: { pk: { S: 'a"b\\c' } },
    NewImage: { score: { N: '97' }, tags: { L: [{ S: 'x' }, { S: 'y' }] }, note: { NULL: true } },
    SizeBytes: 26,
  },
};
const variables = { 'aws.pipes.pipe-name': 'Lake' };
const run = (template: string, missing?: (name: string) => void): Json => inputTemplate(template, missing)(event, variables);

// documented: "Amazon EventBridge Pipes input transformation"
describe('an input template', () => {
  test.each<[string, string, Json]>([
    ['a static text', '"Hello, sender"', 'Hello, sender'],
    ['a text without quotes', 'Hello, <$.eventName>', 'Hello, INSERT'],
    ['a path', '<$.eventName>', 'INSERT'],
    ['a path to an object', '<$.dynamodb.Keys>', { pk: { S: 'a"b\\c' } }],
    ['a text without quotes gets them', '{"a": <$.eventName>}', { a: 'INSERT' }],
    ['a text in quotes', '{"a": "<$.eventName>"}', { a: 'INSERT' }],
    [
      'quotes and backslashes are escaped',
      '{"a": <$.dynamodb.Keys.pk.S>, "b": "x<$.dynamodb.Keys.pk.S>y"}',
      { a: 'a"b\\c', b: 'xa"b\\cy' },
    ],
    ['a number of DynamoDB is a text', '{"a": <$.dynamodb.NewImage.score.N>}', { a: '97' }],
    ['a number', '{"a": <$.dynamodb.SizeBytes>, "b": "<$.dynamodb.SizeBytes>"}', { a: 26, b: '26' }],
    ['a boolean', '{"a": <$.dynamodb.NewImage.note.NULL>}', { a: true }],
    ['an index', '{"a": <$.dynamodb.NewImage.tags.L[1].S>, "b": <$.dynamodb.NewImage.tags.L.0.S>}', { a: 'y', b: 'x' }],
    ['all elements', '{"a": <$.dynamodb.NewImage.tags.L[*].S>}', { a: ['x', 'y'] }],
    ['a reserved variable', '{"a": <aws.pipes.pipe-name>}', { a: 'Lake' }],
    ['the event', '{"a": <aws.pipes.event>}', { a: event }],
    ['a sign that is no placeholder', '{"a": "1 < 2 > 0"}', { a: '1 < 2 > 0' }],
  ])('%s', (_name, template, expected) => {
    expect(run(template)).toEqual(expected);
  });

  test('a missing path is an empty text, and is named', () => {
    const missing = jest.fn();
    expect(run('{"a": <$.dynamodb.OldImage.score.N>, "b": "<$.nothing>"}', missing)).toEqual({ a: '', b: '' });
    expect(missing.mock.calls).toEqual([['<$.dynamodb.OldImage.score.N>'], ['<$.nothing>']]);
  });

  test('an object in quotes fails, as documented', () => {
    expect(() => run('{"a": "<$.dynamodb.Keys>"}')).toThrow('<$.dynamodb.Keys> is an object or a list, which must not stand in quotes');
  });

  test('a template that does not result in JSON fails', () => {
    expect(() => run('{"a": <$.eventName>,}')).toThrow('does not result in valid JSON');
  });

  test.each([
    ['{"a": <$[\'x\']>}', 'is not a path that EventBridge supports'],
    ['{"a": <$..x>}', 'is not a path that EventBridge supports'],
    ['{"a": <aws.pipes.colour>}', '<aws.pipes.colour> is not a variable of pipes'],
    [`"${'x'.repeat(8192)}"`, 'the maximum is 8192'],
  ])('%s is rejected', (template, message) => {
    expect(() => inputTemplate(template)).toThrow(message);
  });
});
