import { basicSelectors, readSelectors, type Selectable, selects } from './selectors';

const table = 'arn:aws:dynamodb:us-east-1:123456789012:table/data';
const event = (more: Partial<Selectable>): Selectable => ({
  ...{ eventCategory: 'Data', eventName: 'GetItem', eventSource: 'dynamodb.amazonaws.com', readOnly: true },
  ...{ resourceType: 'AWS::DynamoDB::Table', resourceArns: [table], userArn: 'arn:aws:sts::123456789012:assumed-role/A/b' },
  ...more,
});
const selector = (...fields: object[]) => readSelectors([{ FieldSelectors: fields as never }]);
const data = { Field: 'eventCategory', Equals: ['Data'] };

// Documented: "Advanced event selectors" and "AdvancedFieldSelector" (CloudTrail API Reference).
test.each([
  ['all conditions of a selector', selector(data, { Field: 'resources.ARN', Equals: [table] }), event({}), true],
  ['another resource', selector(data, { Field: 'resources.ARN', Equals: [`${table}2`] }), event({}), false],
  ['another category', selector(data), event({ eventCategory: 'Management' }), false],
  ['an excluded name', selector(data, { Field: 'eventName', NotEquals: ['GetRecords'] }), event({ eventName: 'GetRecords' }), false],
  ['a name beside the excluded one', selector(data, { Field: 'eventName', NotEquals: ['GetRecords'] }), event({}), true],
  ['writes only', selector(data, { Field: 'readOnly', Equals: ['false'] }), event({}), false],
  [
    'the beginning of an ARN',
    selector(data, { Field: 'resources.ARN', StartsWith: ['arn:aws:s3:::a/'] }),
    event({ resourceArns: ['arn:aws:s3:::a/b'] }),
    true,
  ],
  [
    'another bucket with the same beginning',
    selector(data, { Field: 'resources.ARN', StartsWith: ['arn:aws:s3:::a/'] }),
    event({ resourceArns: ['arn:aws:s3:::ab/c'] }),
    false,
  ],
  [
    'an excluded caller',
    selector(data, { Field: 'userIdentity.arn', NotStartsWith: ['arn:aws:sts::123456789012:assumed-role/A'] }),
    event({}),
    false,
  ],
])('%s', (_, selectors, of, expected) => {
  expect(selects(selectors, of)).toBe(expected);
});

test('without selectors, a trail records all management events and no data events', () => {
  const selectors = basicSelectors([]);
  expect(selects(selectors, event({ eventCategory: 'Management' }))).toBe(true);
  expect(selects(selectors, event({}))).toBe(false);
});

test('a basic selector records data events of the given beginnings', () => {
  const selectors = basicSelectors([{ management: false, kind: 'WriteOnly', data: [{ type: 'AWS::DynamoDB::Table', values: [table] }] }]);
  expect(selects(selectors, event({ readOnly: false }))).toBe(true);
  expect(selects(selectors, event({}))).toBe(false);
});

test('a field that the sandbox does not know is an error', () => {
  expect(() => selector({ Field: 'errorCode', Equals: ['AccessDenied'] })).toThrow('has the field errorCode, which is not supported');
});
