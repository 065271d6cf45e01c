import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureLibrary } from '../../kit/library';
import { REPOSITORY } from '../../kit/repository';
import { findApps } from '../nag/apps';
import { breakingApi } from './api';
import { releasedVersion, unexplained } from './changelog';
import { readBaseline, writeBaseline } from './folder';
import { breakingUpdates, templatesOf } from './templates';

/**
 * `npx projen release:baseline`: writes `baseline/` from the current sources, for the newest version in the changelog.
 * `npx projen baseline`: compares the current sources with it. The status is 1 if a breaking change has no line in the changelog.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      write: { type: 'boolean', default: false },
      folder: { type: 'string', default: join(REPOSITORY, 'baseline') },
      changelog: { type: 'string', default: join(REPOSITORY, 'CHANGELOG.md') },
    },
  });
  const changelog = readFileSync(values.changelog, 'utf8');
  const baseline = values.write ? undefined : readBaseline(values.folder);
  if (!values.write && baseline === undefined) {
    console.log('No baseline: no version has been released yet.');
    return 0;
  }
  // Checks the changelog before anything is built.
  const version = values.write ? releasedVersion(changelog) : '';
  await ensureLibrary(console.error);
  const api = readFileSync(join(REPOSITORY, '.jsii'), 'utf8');
  const templates = await templatesOf(findApps(REPOSITORY));
  if (baseline === undefined) {
    writeBaseline(values.folder, { version, api, templates });
    console.log(`${values.folder}: the API and ${templates.size} templates of ${version}`);
    return 0;
  }
  const changes = [...breakingApi(baseline.api, api), ...breakingUpdates(baseline.templates, templates)];
  const missing = unexplained(changes, changelog, baseline.version);
  for (const { message, subject } of missing) {
    console.error(`${message}. This breaks users of ${baseline.version}: add \`${subject}\` to CHANGELOG.md under '### Breaking changes'`);
  }
  console.log(`Compared with ${baseline.version}: ${changes.length} breaking changes, ${missing.length} of them not in the changelog`);
  return missing.length === 0 ? 0 : 1;
}

process.env.CDK_VALIDATION = 'false';
process.env.JSII_DEPRECATED = 'quiet';
// Fails unless the end is reached: a process may run out of work early.
process.exitCode = 1;
main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: Error) => console.error(error.message),
);
