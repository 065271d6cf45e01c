import { compileTemplate } from '../../integ/sandbox/services/apigateway/vtl/template';
import { fromPlain, Host, type Value } from '../../integ/sandbox/services/apigateway/vtl/value';
import { corsTemplate } from '../../src/core/private/cors-template';

const ORIGINS = ['https://a.example', 'https://b.example'];

/** The headers that the template adds to a response; `$input.params(name)` would search `query` and `path` first. */
function added(headers: Record<string, string>, query: Record<string, string> = {}, exposed: readonly string[] = []) {
  const header = new Map<string, Value>();
  const params = (name: Value) =>
    name === undefined
      ? fromPlain({ header: headers, querystring: query, path: query })
      : (query[String(name)] ?? headers[String(name)] ?? '');
  const variables = new Map<string, Value>([
    ['context', new Map<string, Value>([['responseOverride', new Map<string, Value>([['header', header]])]])],
    ['input', new Host({ params })],
  ]);
  const text = compileTemplate(`${corsTemplate(ORIGINS, exposed)}{}`, { variables: ['context', 'input'] }).render(variables);
  expect(text).toBe('{}');
  return Object.fromEntries(header);
}

test.each(['Origin', 'origin', 'ORIGIN'])('pages of all allowed origins can read the response, with the header %s', (name) => {
  for (const origin of ORIGINS)
    expect(added({ Accept: '*/*', [name]: origin })).toEqual({ Vary: 'Origin', 'Access-Control-Allow-Origin': origin });
});

test.each<Record<string, string>>([
  {},
  { Origin: 'https://c.example' },
  { Origin: 'https://a.example.evil' },
  { Origin: 'null' },
  { Origin: '' },
])('the headers %j have no allowed origin', (headers) => {
  expect(added(headers)).toEqual({ Vary: 'Origin' });
});

test('an origin in the query string or path is ignored, with and without the header', () => {
  expect(added({}, { Origin: 'https://b.example', origin: 'https://b.example' })).toEqual({ Vary: 'Origin' });
  expect(added({ Origin: 'https://a.example' }, { Origin: 'zzz' })['Access-Control-Allow-Origin']).toBe('https://a.example');
});

test('response headers are exposed to allowed origins, and to no other', () => {
  expect(added({ origin: 'https://b.example' }, {}, ['Retry-After', 'X-Other'])['Access-Control-Expose-Headers']).toBe(
    'Retry-After,X-Other',
  );
  expect(added({ origin: 'https://c.example' }, {}, ['Retry-After'])).toEqual({ Vary: 'Origin' });
});

test('without origins, the template is empty', () => {
  expect(corsTemplate([], ['Retry-After'])).toBe('');
});
