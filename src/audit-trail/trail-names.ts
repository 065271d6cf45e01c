import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { invalid } from '../core/private/base/invalid';
import { uniqueName } from '../core/private/unique-name';

/** Documented: "Create databases and tables" in the Athena user guide. CloudTrail has 128 for names of trails. */
const MOST_CHARACTERS = 64;
/** A bucket's name has up to 63 characters, and `-cloudtrail-logs-`, account and Region take up to 44. */
const MOST_OF_BUCKET = 19;

/** The table of all events. */
export const EVENTS_TABLE = 'events';

/** Names that queries and operators use. */
export interface TrailNames {
  readonly trail: string;
  readonly database: string;
  readonly workgroup: string;
  /** Undefined for a generated one. */
  readonly bucket?: string;
}

/**
 * Names of a trail and its tables. The policies of bucket and key name the trail, which depends on both, so its name is known at synthesis.
 *
 * @throws when the name is only known at deployment, or has other characters
 */
export function trailNames(scope: IConstruct, name: string | undefined): TrailNames {
  if (name === undefined) return namesOf(uniqueName(scope, MOST_CHARACTERS));
  if (Token.isUnresolved(name) || !/^[a-z][a-z0-9-]*$/.test(name) || name.length > MOST_OF_BUCKET) {
    const right = `a lower-case letter, then up to ${MOST_OF_BUCKET - 1} lower-case letters, digits and hyphens, known at synthesis`;
    invalid(scope, 'name', name, right);
  }
  const { account, region } = Stack.of(scope);
  return { ...namesOf(`${name}-audit`), bucket: `${name}-cloudtrail-logs-${account}-${region}` };
}

function namesOf(name: string): TrailNames {
  return { trail: name, workgroup: name, database: name.toLowerCase().replaceAll('-', '_') };
}
