import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Logged } from '../core/private/retained';

/** What a source needs from the sync that it belongs to. */
export interface SourceProps {
  /** The bucket of the reports, and the folder in it that the function writes to. */
  readonly bucket: IBucket;
  readonly prefix: string;
  /** A name of the tz database: periods begin and end by its clocks. */
  readonly timeZone: string;
  readonly logged: Logged;
  /** Name of the sync. */
  readonly name?: string;
}
