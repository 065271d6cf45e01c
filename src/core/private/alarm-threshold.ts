import type { RecommendedAlarm } from '../recommended-alarm';

/** The threshold of a recommended alarm, which a graph shows as a line; undefined if the construct has no such alarm. */
export function thresholdOf(recommended: readonly RecommendedAlarm[], name: string): number | undefined {
  return recommended.find((alarm) => alarm.name === name)?.threshold;
}
