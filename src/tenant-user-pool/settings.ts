import type { Variables } from '../runtime/environment';
import type { Claims } from './lambda/pre-token';

/** Settings of the pre-token trigger. Imported by the handler, too: nothing here may import the CDK. */
export interface PreTokenSettings {
  /** The table of the directory. */
  readonly TABLE_NAME: string;
  /** Names of the claims that the trigger adds. */
  readonly CLAIMS: Claims;
  /** Names of the tenancy's tiers. */
  readonly TIERS: readonly string[];
}

export const PRE_TOKEN_VARIABLES: Variables<PreTokenSettings> = { TABLE_NAME: 'text', CLAIMS: 'json', TIERS: 'json' };
