import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { RecommendedAlarm } from '../observable';

/** Alarms above a threshold. Missing data is not breaching: an idle resource reports none. */
export function above(name: string, metric: IMetric, threshold: number, evaluationPeriods: number, reason: string): RecommendedAlarm {
  const comparison = ComparisonOperator.GREATER_THAN_THRESHOLD;
  return { name, metric, threshold, evaluationPeriods, reason, comparison, missingData: TreatMissingData.NOT_BREACHING };
}

/** The alarm of a name among those that a construct recommends, made when it is asked for first. */
export function alarmNamed(scope: Construct, recommended: readonly RecommendedAlarm[], name: string): Alarm {
  const made = scope.node.tryFindChild(`${name}Alarm`);
  if (made !== undefined) return made as Alarm;
  const { metric, threshold, comparison, evaluationPeriods, missingData, reason } = recommended.find(
    (candidate) => candidate.name === name,
  ) as RecommendedAlarm;
  return new Alarm(scope, `${name}Alarm`, {
    metric,
    threshold,
    evaluationPeriods,
    comparisonOperator: comparison,
    treatMissingData: missingData,
    alarmDescription: reason,
  });
}
