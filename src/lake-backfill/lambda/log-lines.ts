import { embedded } from '../../runtime/embedded-metrics';
import { METRIC_NAMESPACE, MetricName } from '../metric-names';
import type { Outcome } from './process-message';

/** The invocation that a line belongs to. */
export interface Invocation {
  readonly functionName: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The log line of a processed message, with its metrics. It names exports and files, and no items. */
export function outcomeLine(outcome: Outcome, { functionName, at }: Invocation): object {
  const metrics = (values: Readonly<Record<string, number>>): object =>
    embedded(
      METRIC_NAMESPACE,
      functionName,
      at,
      Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { unit: 'Count' as const, value }])),
    );
  if (outcome.kind === 'gone') {
    const { backfill, key } = outcome.file;
    return { level: 'INFO', message: 'File was sent before', backfill, key };
  }
  if (outcome.kind === 'sent') {
    const { file, result, isGivenUp } = outcome;
    const { sent, removed, expired, erased, tooLarge, undated, isComplete, lines } = result;
    if (isGivenUp) return { level: 'ERROR', message: 'File given up', backfill: file.backfill, key: file.key, lines };
    return {
      ...metrics({
        [MetricName.SENT]: sent,
        [MetricName.SKIPPED]: removed + expired + erased,
        [MetricName.TOO_LARGE]: tooLarge,
      }),
      ...{ level: tooLarge > 0 ? 'WARN' : 'INFO', message: isComplete ? 'File sent' : 'File sent in part' },
      ...{ backfill: file.backfill, key: file.key, lines, removed, expired, erased, undated },
    };
  }
  const { backfill, index, attempt } = outcome.request;
  const common = { backfill, index, attempt };
  switch (outcome.kind) {
    case 'failed':
      return {
        ...metrics({ [MetricName.FAILED_EXPORTS]: 1 }),
        ...{ level: 'ERROR', message: outcome.isFinal ? 'Export given up' : 'Export failed', ...common, reason: outcome.reason },
      };
    case 'exported':
      return { level: 'INFO', message: 'Export complete', ...common, files: outcome.files, items: outcome.items };
    default:
      return { level: 'INFO', message: MESSAGES[outcome.kind], ...common };
  }
}

const MESSAGES = { started: 'Export started', waiting: 'Export in progress', limited: 'Too many exports in progress' } as const;
