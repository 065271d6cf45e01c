import { rmSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { REPOSITORY } from '../kit/repository';
import { synthesize } from '../kit/synthesize';

/** Lowers the assembly's schema to what integ-runner reads. */
export const OLDER_SCHEMA = './integ/test-runner/older-schema.cjs';

/** What integ-runner gives to an app as context, so that the same templates come out here and there. */
const context = {
  ...(require('@aws-cdk/integ-runner/lib/recommended-feature-flags.json') as Record<string, unknown>),
  'aws:cdk:enable-path-metadata': false,
  'aws:cdk:enable-asset-metadata': false,
  'aws:cdk:version-reporting': false,
};

/** The cloud assembly of an integration test. */
export async function synthesizeTest(app: string): Promise<string> {
  const output = join(REPOSITORY, '.tmp', 'integ', basename(app, '.ts'));
  rmSync(output, { recursive: true, force: true });
  return synthesize(relative(REPOSITORY, app), { output, context, preload: OLDER_SCHEMA, fromSources: true });
}
