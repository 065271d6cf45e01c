import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { invalid } from '../core/private/base/invalid';
import { having } from '../core/private/base/kinds';
import type { SourceProps } from './report-source-props';

/**
 * Where the reports of a period come from: a function that writes a file for each tenant.
 *
 * It gets `{ period: { name, start, end }, destination: { bucket, prefix } }`, writes `<prefix><tenant>.json` for each tenant, and returns
 * `{ state: 'DONE', reports }`, or `{ state: 'WAIT', reason, seconds }` to be asked again.
 */
export abstract class ReportSource {
  /**
   * A function of your own. It has to be idempotent: called again, it writes the same files. What it returns as the reason of a wait is shown
   * to people as the status of the sync.
   *
   * @param fn may write into the folder; `PutObject` is granted to its role
   */
  public static fromFunction(fn: IFunction): ReportSource {
    if (!having<IFunction>('', 'functionArn').accepts(fn)) invalid('ReportSource', 'fn', fn, 'a function of Lambda');
    return new FunctionReports(fn);
  }

  /**
   * The function that the state machine calls.
   *
   * @internal
   */
  public abstract _bind(scope: Construct, props: SourceProps): IFunction;
}

class FunctionReports extends ReportSource {
  constructor(private readonly fn: IFunction) {
    super();
  }

  public _bind(): IFunction {
    return this.fn;
  }
}
