import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Grades } from '../../../examples/school-platform/lib/grades';
import { SchoolPlatform } from '../../../examples/school-platform/lib/school-platform';
import { copyWithOneRole, ONE_ROLE_PREFIX } from './one-role';

/**
 * The example, with a second grades service behind the same API that has no tenant isolation: its task's role has access to the data of all
 * schools. Only this proof has it, to compare the two.
 */
const ROOT = resolve(__dirname, '..', '..', '..');
const folder = mkdtempSync(join(ROOT, '.tmp', 'one-role-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
copyWithOneRole(join(ROOT, 'examples', 'school-platform', 'app', 'grades'), folder);

const app = new App();
const platform = new SchoolPlatform(app, 'SchoolPlatform', { appUrl: 'https://schools.example' });
const { api, directory, data, tenants, users, grades } = platform;
const { service } = new Grades(platform, 'WithoutIsolation', {
  ...{ directory, data, tenants, folder },
  issuer: users,
  network: grades.network,
  metricNamespace: 'WithoutIsolation',
});
data.table.grantReadWriteData(service);
for (const route of [
  'GET /students',
  'GET /students/{student}/evaluations',
  'PUT /students/{student}/evaluations/{course}',
  'GET /students/{student}/behaviour',
  'GET /courses/{course}/evaluations',
]) {
  const [method, path] = route.split(' ');
  api.addRoute(`${method} ${ONE_ROLE_PREFIX}${path}`, service);
}
