import type { Variables } from '../runtime/environment';
import type { DuplicatesSettings } from './lambda/duplicates';
import type { Confirmation } from './lambda/judge';
import type { TransportName } from './lambda/transport';

// Imported by the handler, too: nothing here may import the CDK.

/** Settings of the function that runs the steps of the state machine. */
export interface RunSettings {
  readonly TABLE_NAME: string;
  /** The bucket of reports. */
  readonly BUCKET: string;
  readonly AUDIT_BUCKET: string;
  readonly AUDIT_RETENTION_DAYS: number;
  readonly TRANSPORT: TransportName;
  /** The longest time until a call has ended. */
  readonly CALL_TIMEOUT_SECONDS: number;
  readonly DUPLICATES: DuplicatesSettings;
  readonly CONFIRMATION: Confirmation;
  readonly MAX_PER_SECOND: number;
  /** Path of the endpoint, without its first slash. */
  readonly REPORTS_PATH: string;
  readonly TIME_ZONE: string;
  readonly DUE_AFTER_SECONDS: number;
}

export const RUN_VARIABLES: Variables<RunSettings> = {
  TABLE_NAME: 'text',
  BUCKET: 'text',
  AUDIT_BUCKET: 'text',
  AUDIT_RETENTION_DAYS: 'json',
  TRANSPORT: 'text',
  CALL_TIMEOUT_SECONDS: 'json',
  DUPLICATES: 'json',
  CONFIRMATION: 'json',
  MAX_PER_SECOND: 'json',
  REPORTS_PATH: 'text',
  TIME_ZONE: 'text',
  DUE_AFTER_SECONDS: 'json',
};

/** Settings of the function that shows where the sync is. */
export interface StatusSettings {
  readonly TABLE_NAME: string;
  /** The time zone of the schedule, in which times are shown. */
  readonly TIME_ZONE: string;
}

export const STATUS_VARIABLES: Variables<StatusSettings> = { TABLE_NAME: 'text', TIME_ZONE: 'text' };

/** Settings of the function that resolves reports that were put aside. */
export interface ResolveSettings {
  readonly TABLE_NAME: string;
  /** The bucket of reports. */
  readonly BUCKET: string;
  readonly AUDIT_BUCKET: string;
  readonly AUDIT_RETENTION_DAYS: number;
  readonly TRANSPORT: TransportName;
  readonly TIME_ZONE: string;
}

export const RESOLVE_VARIABLES: Variables<ResolveSettings> = {
  TABLE_NAME: 'text',
  BUCKET: 'text',
  AUDIT_BUCKET: 'text',
  AUDIT_RETENTION_DAYS: 'json',
  TRANSPORT: 'text',
  TIME_ZONE: 'text',
};
