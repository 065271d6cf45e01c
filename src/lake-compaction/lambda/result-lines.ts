import { embedded } from '../../runtime/embedded-metrics';
import { METRIC_NAMESPACE, MetricName } from '../metric-names';
import type { CompactionResult } from './compact';

/** Log lines of a run: one for each folder that failed, one for folders that the table does not have, and one for the run, with its metrics. */
export function resultLines(
  result: CompactionResult,
  { functionName, at }: { readonly functionName: string; readonly at: number },
): object[] {
  const { compacted, left, filesBefore, filesAfter, scannedBytes, failed, outside } = result;
  const count = (value: number) => ({ unit: 'Count', value }) as const;
  return [
    ...failed.map(({ folder: { year, month, tenant }, reason }) => ({
      level: 'ERROR',
      message: 'Folder not compacted',
      year,
      month,
      ...(tenant === undefined ? {} : { tenant }),
      reason,
    })),
    ...(outside.folders === 0
      ? []
      : [{ level: 'WARN', message: 'Folders of years that the table does not have', folders: outside.folders, years: outside.years }]),
    {
      level: 'INFO',
      message: 'Compaction ended',
      filesBefore,
      filesAfter,
      scannedBytes,
      ...embedded(METRIC_NAMESPACE, functionName, at, {
        [MetricName.COMPACTED]: count(compacted),
        [MetricName.FAILED]: count(failed.length),
        [MetricName.LEFT]: count(left),
        [MetricName.OUTSIDE]: count(outside.folders),
        [MetricName.FILES_REMOVED]: count(filesBefore),
      }),
    },
  ];
}
