import type { Variables } from '../runtime/environment';

// Imported by the handler, too: nothing here may import the CDK.

/** Settings of the function that starts attempts. */
export interface StartSettings {
  readonly TABLE_NAME: string;
  readonly STATE_MACHINE_ARN: string;
  readonly TIME_ZONE: string;
  readonly DUE_AFTER_SECONDS: number;
}

export const START_VARIABLES: Variables<StartSettings> = {
  TABLE_NAME: 'text',
  STATE_MACHINE_ARN: 'text',
  TIME_ZONE: 'text',
  DUE_AFTER_SECONDS: 'json',
};
