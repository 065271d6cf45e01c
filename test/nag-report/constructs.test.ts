import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ConstructApps, findApps } from '../../integ/reports/nag/apps';
import { violations } from '../nag';
import { templateOf, testStack } from '../synth';

const root = resolve(__dirname, '..', '..');
const apps = findApps(root).map(({ name }) => name);
const examples = readdirSync(join(root, 'examples')).sort();
const constructs = [...new Set(apps.filter((name) => name.includes(', ')).map((name) => name.split(', ')[0]))];

test('each construct is reported twice, each example once', () => {
  expect(apps).toEqual([...constructs.flatMap((name) => [`${name}, minimal`, `${name}, maximal`]), ...examples]);
  expect(constructs).toContain('secure-function');
});

describe.each(constructs)('%s', (construct) => {
  const { minimal, maximal } = require(`../${construct}/apps`) as ConstructApps;

  // The ids of findings hold ARNs, and those of a stack whose account and Region are known are other ones.
  test.each([undefined, { account: '111122223333', region: 'eu-west-1' }])('the six packs have no open findings, env %j', (env) => {
    for (const fill of [minimal, maximal]) {
      const stack = testStack({ env });
      fill(stack);
      templateOf(stack);
      expect(violations(stack)).toEqual([]);
    }
  });
});
