import type { JsonObject } from '../../sandbox';
import type { ChartLine } from './chart';
import type { Range, Source } from './source';

interface Report {
  readonly Contributors: readonly {
    readonly Keys: readonly string[];
    readonly ApproximateAggregateValue: number;
    readonly Datapoints: readonly { readonly Timestamp: number; readonly ApproximateValue: number }[];
  }[];
}

/** Documented: "Dashboard body structure and syntax", metric widgets. */
const STANDARD_PERIOD = 300;

/** A line for each contributor of a rule of Contributor Insights, the largest first. */
export async function contributorLines(source: Source, properties: JsonObject, { from, to }: Range): Promise<ChartLine[]> {
  const { ruleName, maxContributorCount, orderBy } = properties.insightRule as JsonObject;
  const period = Number(properties.period ?? STANDARD_PERIOD);
  const { Contributors } = (await source.cloudWatch('GetInsightRuleReport', {
    ...{ RuleName: ruleName, StartTime: from / 1_000, EndTime: to / 1_000, Period: period },
    ...{ MaxContributorCount: maxContributorCount, OrderBy: orderBy },
  })) as unknown as Report;
  return Contributors.map(({ Keys, ApproximateAggregateValue, Datapoints }) => ({
    label: `${Keys.join(', ')} (${ApproximateAggregateValue.toLocaleString('en-US')})`,
    ...{ axis: 'left' as const, period },
    // A period that began earlier is shown at the beginning.
    points: Datapoints.map(({ Timestamp, ApproximateValue }) => [Math.max(from, Timestamp * 1_000), ApproximateValue] as const),
  }));
}
