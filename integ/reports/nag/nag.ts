import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as library from '../../../src';
import { findApps } from './apps';
import { evaluate, type Status } from './evaluate';
import { type AppReport, writeFiles } from './files';
import { page } from './page';

const REPOSITORY = resolve(__dirname, '..', '..', '..');

/**
 * `npx projen nag [name…]`: checks each construct and example with six rule packs and writes the results to `reports/nag`. Names limit the
 * run to those whose name contains one of them. The status is 1 if a finding is open.
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { root: { type: 'string', default: REPOSITORY }, out: { type: 'string', default: join(REPOSITORY, 'reports', 'nag') } },
  });
  const apps = findApps(resolve(values.root)).filter(
    ({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)),
  );
  if (apps.length === 0) throw new Error(`No name of a construct or example contains ${positionals.join(' or ')}`);
  const names = new Map<unknown, string>(Object.entries(library).map(([name, value]) => [value, name]));
  const reports: AppReport[] = [];
  for (const { name, make } of apps) {
    const { resources, lines } = evaluate(await make(), names);
    reports.push({ app: name, resources, lines });
    const count = (status: Status) => lines.filter((line) => line.status === status).length;
    console.log(`${name}: ${count('open')} open, ${count('acknowledged')} acknowledged, ${count('compliant')} compliant`);
  }
  writeFiles(values.out, reports);
  writeFileSync(join(values.out, 'report.md'), page(reports, { versions: ['cdk-nag', 'aws-cdk-lib'].map(version) }));
  const open = reports.flatMap(({ app, lines }) => lines.filter(({ status }) => status === 'open').map((line) => ({ app, ...line })));
  for (const { app, id, resource, info } of open) console.error(`open in ${app}: ${id} ${resource}\n    ${info}`);
  console.log(`\n${join(values.out, 'report.md')}: ${open.length} open findings in ${apps.length} apps`);
  process.exitCode = open.length === 0 ? 0 : 1;
}

function version(name: string): string {
  const { version: number } = JSON.parse(readFileSync(join(REPOSITORY, 'node_modules', name, 'package.json'), 'utf8')) as {
    version: string;
  };
  return `${name} ${number}`;
}

// The CDK's own template validation is not part of this report and takes seconds per app.
process.env.CDK_VALIDATION = 'false';
process.env.JSII_DEPRECATED = 'quiet';
// Fails unless the end is reached: a process may run out of work early.
process.exitCode = 1;
main().catch((error: Error) => {
  console.error(error.message);
});
