import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { FunctionTarget, IndexWriters, KeyTemplate, TenantTable } from 'cdk-andamio';
import { Evaluations } from '../../../examples/school-platform/lib/evaluations';
import { SchoolPlatform } from '../../../examples/school-platform/lib/school-platform';
import { indexKinds } from '../../constructs/fixtures/index-kinds';
import { bugs, forgeries, withBug } from './bugs';

/**
 * The example, with one more function per bug behind the same API and with sessions of the same role, and a table with one index of each
 * kind for the same sessions.
 */
const ROOT = resolve(__dirname, '..', '..', '..');
const source = readFileSync(join(ROOT, 'examples', 'school-platform', 'app', 'evaluations.ts'), 'utf8');
// Within the repository, so that the function's imports are found.
const folder = mkdtempSync(join(ROOT, '.tmp', 'bugs-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const app = new App();
const platform = new SchoolPlatform(app, 'SchoolPlatform', { appUrl: 'https://schools.example' });
for (const bug of [...bugs, ...forgeries]) {
  const entry = join(folder, `${bug.name}.ts`);
  writeFileSync(entry, withBug(source, bug));
  const { data, tenants } = platform;
  const evaluations = new Evaluations(platform, `Bug-${bug.name}`, { data, tenants, entry });
  platform.api.addRoute(`GET /bugs/${bug.name}/students/{student}/evaluations`, FunctionTarget.of(evaluations.function));
}

const lists = new TenantTable(platform, 'Lists', {
  tenancy: platform.tenants.tenancy,
  indexes: Object.values(indexKinds({ IndexWriters, KeyTemplate })),
});
lists.grants.tenantReadWrite(platform.tenants);
