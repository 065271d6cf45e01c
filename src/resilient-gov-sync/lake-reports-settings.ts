import type { Variables } from '../runtime/environment';
import type { ReportField } from './lambda/lake-reports/value';

// Imported by the handler, too: nothing here may import the CDK.

/** Settings of the function that makes the reports from a lake. */
export interface LakeReportsSettings {
  /** Name of the bucket of reports. */
  readonly REPORT_BUCKET: string;
  /** Of the periods that a person names. */
  readonly TIME_ZONE: string;
  /** Name of the lake's bucket. */
  readonly BUCKET: string;
  readonly DATABASE: string;
  readonly TABLE: string;
  readonly WORKGROUP: string;
  readonly PIPE: string;
  readonly DEAD_LETTER_QUEUE_URL: string;
  /** Name of the directory's table. */
  readonly DIRECTORY: string;
  readonly TENANT_NOUN: string;
  /** The columns with the keys of an item. */
  readonly KEYS: readonly string[];
  readonly FIELDS: readonly ReportField[];
  /** Columns in which an item must have a value to be a row. */
  readonly REQUIRED: readonly string[];
}

export const LAKE_REPORTS_VARIABLES: Variables<LakeReportsSettings> = {
  REPORT_BUCKET: 'text',
  TIME_ZONE: 'text',
  BUCKET: 'text',
  DATABASE: 'text',
  TABLE: 'text',
  WORKGROUP: 'text',
  PIPE: 'text',
  DEAD_LETTER_QUEUE_URL: 'text',
  DIRECTORY: 'text',
  TENANT_NOUN: 'text',
  KEYS: 'json',
  FIELDS: 'json',
  REQUIRED: 'json',
};
