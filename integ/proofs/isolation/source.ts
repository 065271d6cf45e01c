import { rmSync } from 'node:fs';
import { synthesize } from '../../kit/synthesize';
import { APP_URL } from '../../systems/school-platform/platform';
import { type Platform, readPlatform } from './platform';

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
  return [
    { assembly: OWN, platform: await synthesized(OWN, {}, say), left: LEFT },
    { assembly: EXAMPLE, platform: await synthesized(EXAMPLE, { APP_URL }, say), left: [] },
  ];
}

/** The platform that an app of this repository makes. Only what was read of it is kept. */
export async function synthesized(app: string, environment: Record<string, string> = {}, say?: (line: string) => void): Promise<Platform> {
  const directory = await synthesize(app, { environment, say });
  try {
    return readPlatform(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
