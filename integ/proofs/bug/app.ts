import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { IndexWriters, KeyTemplate, TenantTable } from 'cdk-andamio';
import { Grades } from '../../../examples/school-platform/lib/grades';
import { SchoolPlatform } from '../../../examples/school-platform/lib/school-platform';
import { indexKinds } from '../../constructs/fixtures/index-kinds';
import { bugs, forgeries } from './bugs';
import { writeService } from './service';

/**
 * The example, with one more service behind the same API and with sessions of the same role, which has a route for each bug, and a table
 * with one index of each kind for the same sessions.
 */
const ROOT = resolve(__dirname, '..', '..', '..');
const folder = mkdtempSync(join(ROOT, '.tmp', 'bugs-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
writeService(join(ROOT, 'examples', 'school-platform', 'app', 'grades'), folder, [...bugs, ...forgeries]);

const app = new App();
const platform = new SchoolPlatform(app, 'SchoolPlatform', { appUrl: 'https://schools.example' });
const { directory, data, tenants, users, grades } = platform;
const { service } = new Grades(platform, 'Bugs', {
  ...{ directory, data, tenants, folder },
  issuer: users,
  network: grades.network,
  metricNamespace: 'Bugs',
});
platform.api.addRoute('GET /bugs/{bug}/students/{student}/evaluations', service);

const lists = new TenantTable(platform, 'Lists', {
  tenancy: tenants.tenancy,
  indexes: Object.values(indexKinds({ IndexWriters, KeyTemplate })),
});
lists.grants.tenantReadWrite(tenants);
