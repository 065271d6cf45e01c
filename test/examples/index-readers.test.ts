import { readFileSync } from 'node:fs';
import { codeOf, readersIn, readersWithoutHelper } from '../index-readers';

test('the examples query indexes only with the helper, which filters out other tenants’ items', () => {
  const { files, queries, readers } = readersIn('examples/**/*.ts');
  expect(readers).toEqual([]);
  expect([files > 3, queries]).toEqual([true, 1]);
});

test('so do the handlers of the library and the code on its pages', () => {
  expect(readersIn('src/**/*.ts').readers).toEqual([]);
  const pages = readersIn('*.md', 'docs/**/*.md', 'src/**/*.md', 'examples/**/*.md', 'integ/**/*.md');
  expect(pages.readers).toEqual([]);
  expect(pages.queries).toBeGreaterThan(0);
});

describe('a reader without it is found', () => {
  const source = readFileSync('examples/school-platform/app/grades/src/evaluations.ts', 'utf8');
  const changed = (find: RegExp, replace: string): string => {
    expect(source).toMatch(find);
    return source.replace(find, replace);
  };

  test('in the example, if it queries directly', () => {
    const bare = changed(/ownItemsPages\(\s*school,\s*(\{.*?\}),\s*\{ query: [^\n]*\n\s*\)/s, 'await dynamodb.send(new QueryCommand($1))');
    expect(readersWithoutHelper(bare).map(({ text }) => text)).toEqual(['new QueryCommand({', "IndexName: 'by-course'"]);
  });

  test('if another input than the helper’s is sent', () => {
    const other = changed(/new QueryCommand\(input\)/, 'new QueryCommand(another)');
    expect(readersWithoutHelper(other)).toHaveLength(1);
    const changedInput = changed(/new QueryCommand\(input\)/, 'new QueryCommand({ ...input, FilterExpression: undefined })');
    expect(readersWithoutHelper(changedInput)).toHaveLength(1);
  });

  const SDK = "import { QueryCommand, QueryCommand as Ask, paginateQuery, ScanCommand } from '@aws-sdk/client-dynamodb';";
  const HELPER = "import { ownItemsQuery as own } from 'cdk-andamio/tenant-sessions';";
  test.each([
    ['another name', 'new Ask({ IndexName: index, ...rest })'],
    ['a namespace', "import * as ddb from '@aws-sdk/client-dynamodb'; new ddb.QueryCommand(input)"],
    ['the document client', "import { QueryCommand as Get } from '@aws-sdk/lib-dynamodb'; new Get({ 'IndexName': 'x' })"],
    ['the aggregated client', 'await dynamodb.query({ TableName, IndexName })'],
    ['an input made elsewhere', "const input = { TableName, IndexName: 'x' }; new QueryCommand(input)"],
    ['an input that comes from elsewhere', 'new QueryCommand(input)'],
    ['an input that is added to', 'new QueryCommand({ TableName, ...more })'],
    ['a computed name', 'dynamodb.query({ [`IndexName`]: x })'],
    ['the SDK’s own pages', "paginateQuery({ client }, { TableName, IndexName: 'x' })"],
    ['a Scan', 'new ScanCommand({ TableName, IndexName })'],
    ['a helper of the same name from elsewhere', "import { ownItemsPages } from './mine'; ownItemsPages('x', { IndexName })"],
  ])('by %s', (_, code) => {
    expect(readersWithoutHelper(`${SDK}\n${HELPER}\n${code}`).length).toBeGreaterThan(0);
  });

  test.each([
    ['a query of the table', "new QueryCommand({ TableName, KeyConditionExpression: 'pk = :pk' })"],
    ['the helper’s input', 'new Ask(own(tenant, { TableName, IndexName, ...more }))'],
    ['something else of that name', 'class QueryCommand2 {} new QueryCommand2(input)'],
  ])('and %s is none', (_, code) => {
    expect(readersWithoutHelper(`${SDK}\n${HELPER}\n${code}`)).toEqual([]);
  });

  test('in a page of Markdown too', () => {
    const page = "text\n\n```ts\nnew Ask({ IndexName: 'x' });\n```\n\n```sh\nIndexName: no\n```\n";
    expect(codeOf(page).flatMap(readersWithoutHelper)).toHaveLength(1);
  });
});
