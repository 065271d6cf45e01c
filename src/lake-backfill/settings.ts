import type { Variables } from '../runtime/environment';

// Imported by the handlers, too: nothing here may import the CDK.

/** Settings of the function that starts a backfill. */
export interface StartSettings {
  readonly QUEUE_URL: string;
  readonly TABLE_NAME: string;
}

export const START_VARIABLES: Variables<StartSettings> = { QUEUE_URL: 'text', TABLE_NAME: 'text' };

/** Settings of the function that exports the table and sends its items. */
export interface SendSettings {
  readonly QUEUE_URL: string;
  readonly DEAD_LETTER_QUEUE_URL: string;
  readonly TABLE_ARN: string;
  readonly BUCKET_NAME: string;
  /** The key of the bucket, for the exported files. */
  readonly BUCKET_KEY_ARN: string;
  /** Folders of the bucket, without a slash at the end: the exports, and items that cannot be sent. */
  readonly EXPORTS_FOLDER: string;
  readonly QUARANTINE_FOLDER: string;
  readonly DELIVERY_STREAM_NAME: string;
  /** Most bytes that one invocation sends in a second. */
  readonly BYTES_PER_SECOND: number;
  /** Names of the key attributes. */
  readonly KEYS: readonly string[];
  readonly TIME_TO_LIVE_ATTRIBUTE?: string;
  /** Attributes that say when an item was last written. */
  readonly CHANGED_AT_ATTRIBUTES: readonly string[];
  /** The first year that queries of the lake look for. */
  readonly FIRST_YEAR: number;
}

export const SEND_VARIABLES: Variables<SendSettings> = {
  QUEUE_URL: 'text',
  DEAD_LETTER_QUEUE_URL: 'text',
  TABLE_ARN: 'text',
  BUCKET_NAME: 'text',
  BUCKET_KEY_ARN: 'text',
  EXPORTS_FOLDER: 'text',
  QUARANTINE_FOLDER: 'text',
  DELIVERY_STREAM_NAME: 'text',
  BYTES_PER_SECOND: 'json',
  KEYS: 'json',
  TIME_TO_LIVE_ATTRIBUTE: 'text?',
  CHANGED_AT_ATTRIBUTES: 'json',
  FIRST_YEAR: 'json',
};
