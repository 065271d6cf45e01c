import type { Variables } from '../runtime/environment';

// Imported by the handler, too: nothing here may import the CDK.

/** Settings of the function that starts attempts. */
export interface StartSettings {
  readonly TABLE_NAME: string;
  readonly STATE_MACHINE_ARN: string;
  readonly TIME_ZONE: string;
  /** When the schedule of each quarter starts a sync, in the time zone. */
  readonly DAY: number;
  readonly HOUR: number;
  readonly DUE_AFTER_SECONDS: number;
}

export const START_VARIABLES: Variables<StartSettings> = {
  TABLE_NAME: 'text',
  STATE_MACHINE_ARN: 'text',
  TIME_ZONE: 'text',
  DAY: 'json',
  HOUR: 'json',
  DUE_AFTER_SECONDS: 'json',
};
