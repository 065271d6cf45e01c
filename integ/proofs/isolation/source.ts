import { rmSync } from 'node:fs';
import { synthesize } from '../../kit/synthesize';
import type { ManifestContents } from '../../sandbox/assembly';
import { readManifest } from '../../sandbox/assembly/manifest';
import { APP_URL } from '../../systems/school-platform/platform';
import { type Platform, readPlatform } from './platform';

export const EXAMPLE = 'examples/school-platform/app.ts';
export const OWN = 'integ/proofs/isolation/app.ts';

/** The platform that is checked, and its source. */
export interface Source {
  readonly assembly: string;
  readonly platform: Platform;
  /** Its templates. */
  readonly contents: ManifestContents;
  /**
   * The writes into indexes that IAM can't decide and that the app leaves to its writers. No others are allowed.
   *
   * @default - unknown: they are only reported
   */
  readonly left?: readonly string[];
}

/** A batch writer renders index keys from their templates; sessions may fill the index by-team by design. */
const LEFT = [
  'Clubs/Inserts/Role/Resource, by-page: dynamodb:PartiQLInsert',
  'Clubs/Inserts/Role/Resource, by-team: dynamodb:PartiQLInsert',
  ...['PutItem', 'UpdateItem', 'BatchWriteItem'].map((action) => `Clubs/Members/Role/Resource, by-team: dynamodb:${action}`),
];

/**
 * The platforms to check: the cloud assembly in a folder or, without a folder, the small app with every grant of the library and the school
 * platform.
 */
export async function sources(folder: string | undefined, report: (line: string) => void): Promise<Source[]> {
  if (folder !== undefined) return [{ assembly: folder, platform: readPlatform(folder), contents: readManifest(folder) }];
  return [
    { assembly: OWN, ...(await read(OWN, {}, report)), left: LEFT },
    { assembly: EXAMPLE, ...(await read(EXAMPLE, { APP_URL }, report)), left: [] },
  ];
}

/** The platform of an app in this repository. Only the parsed result is kept. */
export async function synthesized(
  app: string,
  environment: Record<string, string> = {},
  report?: (line: string) => void,
): Promise<Platform> {
  return (await read(app, environment, report)).platform;
}

async function read(
  app: string,
  environment: Record<string, string>,
  report?: (line: string) => void,
): Promise<Pick<Source, 'platform' | 'contents'>> {
  const directory = await synthesize(app, { environment, report });
  try {
    return { platform: readPlatform(directory), contents: readManifest(directory) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
