import { couldBegin } from './names';
import { remembering, type Solver, startSolver } from './solver';
import { and, literal, matches, not, pieces } from './terms';

let solver: Solver;
beforeAll(async () => {
  solver = remembering(await startSolver(() => {}));
});
afterAll(() => solver.close());

/** Whether a name of the tenant `a-1` could begin with a prefix. */
async function could(prefix: string, layout: string, end: string, isOpen: boolean): Promise<boolean> {
  const names = { layout: pieces('', layout, true), tenant: literal('a-1'), end, isOpen };
  const { answer } = await solver.ask(`(set-logic ALL)\n(assert ${couldBegin(literal(prefix), names)})`);
  return answer === 'sat';
}

const FILES = ['source/????Q?/', '.json', false] as const;
const FOLDER = ['payloads/', '/', true] as const;

test.each<[string, boolean, readonly [string, string, boolean]]>([
  ['', true, FILES],
  ['sour', true, FILES],
  ['sources', false, FILES],
  ['source/2026Q4', true, FILES],
  ['source/2026X4', false, FILES],
  ['source/2026Q4/', true, FILES],
  ['source/2026Q4/a-', true, FILES],
  ['source/2026Q4/a-1.json', true, FILES],
  ['source/2026Q4/a-1.json.', false, FILES],
  ['source/2026Q4/a-10', false, FILES],
  ['source/2026Q4/b', false, FILES],
  ['payloads/a-1', true, FOLDER],
  ['payloads/a-1/', true, FOLDER],
  ['payloads/a-1/2026Q4/x', true, FOLDER],
  ['payloads/a-10/', false, FOLDER],
  ['a-1/x', true, ['', '/', true]],
  ['a-2/x', false, ['', '/', true]],
])('"%s": %s', async (prefix, expected, [layout, end, isOpen]) => {
  expect(await could(prefix, layout, end, isOpen)).toBe(expected);
});

test('it says the same as a name that begins with the prefix, for all prefixes', async () => {
  for (const [layout, end, isOpen] of [FILES, FOLDER]) {
    const names = { layout: pieces('', layout, true), tenant: 'tenant', end, isOpen };
    const named = matches(
      'name',
      [...names.layout, { variable: 'tenant' }, { text: end }, ...(isOpen ? (['any'] as const) : [])],
      () => 'tenant',
    );
    const constants = ['prefix', 'name', 'tenant'].map((name) => `(declare-const ${name} String)`).join('\n');
    const more = and('(str.prefixof prefix name)', named, not(couldBegin('prefix', names) ?? 'true'));
    expect((await solver.ask(`(set-logic ALL)\n${constants}\n(assert ${more})`)).answer).toBe('unsat');
  }
});

test('a pattern of no fixed length needs a name', () => {
  expect(couldBegin('prefix', { layout: pieces('', 'files/*/', true), tenant: 'tenant', end: '/', isOpen: true })).toBeUndefined();
});
