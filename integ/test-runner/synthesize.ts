import { rmSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { REPOSITORY } from '../kit/repository';
import { synthesize } from '../kit/synthesize';

/** Lowers the assembly's schema version to one that integ-runner reads. */
export const OLDER_SCHEMA = './integ/test-runner/older-schema.cjs';

/** The context that integ-runner passes to an app, so that both produce the same templates. */
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
