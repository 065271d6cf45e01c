import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ensureLibrary } from '../../kit/library';
import { type Platform, readPlatform } from './platform';

const ROOT = resolve(__dirname, '..', '..', '..');
const EXAMPLE = 'examples/school-platform/app.ts';
const OWN = 'integ/proofs/isolation/app.ts';

/** A platform under proof, and where it is from. */
export interface Source {
  readonly assembly: string;
  readonly platform: Platform;
  /**
   * Writes into indexes that the app leaves to its writers: IAM doesn't decide about them, and nothing else may be among those.
   *
   * @default - not known: they are reported
   */
  readonly left?: readonly string[];
}

/** A batch writer makes keys of indexes by their templates; sessions fill the index by-team, by choice. */
const LEFT = [
  'Clubs/Inserts/Role/Resource, by-court: dynamodb:PartiQLInsert',
  'Clubs/Inserts/Role/Resource, by-team: dynamodb:PartiQLInsert',
  ...['PutItem', 'UpdateItem', 'BatchWriteItem'].map((action) => `Clubs/Members/Role/Resource, by-team: dynamodb:${action}`),
];

/**
 * What is under proof: the cloud assembly of a folder; without one, the small app that has every grant of the library, and the school
 * platform.
 */
export async function sources(folder: string | undefined, say: (line: string) => void): Promise<Source[]> {
  if (folder !== undefined) return [{ assembly: folder, platform: readPlatform(folder) }];
  await ensureLibrary(ROOT, say);
  return [
    { assembly: OWN, platform: await synthesized(OWN), left: LEFT },
    { assembly: EXAMPLE, platform: await synthesized(EXAMPLE, { APP_URL: 'https://schools.example' }), left: [] },
  ];
}

/** The platform that an app of this repository makes. Only what was read of it is kept. */
export async function synthesized(app: string, environment: NodeJS.ProcessEnv = {}): Promise<Platform> {
  mkdirSync(join(ROOT, '.tmp'), { recursive: true });
  const directory = mkdtempSync(join(ROOT, '.tmp', 'isolation-'));
  try {
    const env = { ...process.env, CDK_OUTDIR: directory, CDK_VALIDATION: 'false', JSII_DEPRECATED: 'quiet', ...environment };
    await promisify(execFile)(process.execPath, [require.resolve('tsx/cli'), app], { cwd: ROOT, env });
    return readPlatform(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
