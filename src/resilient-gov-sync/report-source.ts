import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { StreamingDataLake } from '../streaming-data-lake';
import { checkValue, FUNCTION } from './checked-value';
import { createLakeReports } from './lake-reports';
import { checkLakeReports, type LakeReportsOptions } from './lake-reports-options';
import type { SourceProps } from './report-source-props';

/**
 * Where the reports of a period come from: a function that writes a file for each tenant.
 *
 * It gets `{ period: { name, start, end }, destination: { bucket, prefix } }`, writes `<prefix><tenant>.json` for each tenant, with
 * `encodeURIComponent` of its id, and returns `{ state: 'DONE', reports }`, or `{ state: 'WAIT', reason, seconds }` to be asked again.
 *
 * A file with the metadata `not-made`, whose value is `encodeURIComponent` of the reason, is a report that could not be made: it is put aside,
 * and the others are sent.
 */
export class ReportSource {
  /**
   * A function of your own. It has to be idempotent: called again, it writes the same files. What it returns as the reason of a wait is shown
   * to people as the status of the sync.
   *
   * @param handler the function. Its role gets the permission to write into the folder.
   */
  public static fromFunction(handler: IFunction): ReportSource {
    checkValue('ReportSource.fromFunction', 'handler', handler, FUNCTION);
    return new ReportSource(() => handler, false);
  }

  /**
   * Reports from a data lake: an item that was changed in the period is a row, with its last state of the period. They are made once every
   * change up to the end of the period has arrived, 49 hours after it.
   *
   * A report is `{"reference":"north-high-2026Q4","school":"north-high","period":"2026Q4","rows":[…]}`, with the noun of the tenancy. Each
   * tenant of the directory that is active or suspended has one, also without rows.
   *
   * @param lake not an imported one, whose columns are not known
   * @param options the tenants, and the fields of a row
   * @throws when a column is none of the lake, or the tenants are those of another tenancy
   */
  public static lake(lake: StreamingDataLake, options: LakeReportsOptions): ReportSource {
    checkLakeReports(lake, options);
    return new ReportSource((scope, props) => createLakeReports(scope, lake, options, props).function, true);
  }

  private constructor(
    /**
     * The function that the state machine calls.
     *
     * @internal
     */
    public readonly _bind: (scope: Construct, props: SourceProps) => IFunction,
    /**
     * Whether the sync creates the function.
     *
     * @internal
     */
    public readonly _isOfSync: boolean,
  ) {}
}
