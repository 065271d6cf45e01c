import { Stack } from 'aws-cdk-lib';
import { CfnInsightRule, ConcreteWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface BusiestSchoolsProps {
  /** The log group with a line for each request. */
  readonly logGroup: ILogGroup;
  /** The message of these lines. */
  readonly message: string;
  /** Name of the rule. */
  readonly name: string;
}

const MOST_SHOWN = 10;

/**
 * Ranks schools by their requests: a rule of Contributor Insights over log lines, in which the school is a property. One rule costs the same
 * for any number of schools, and a price for each million lines that match.
 */
export class BusiestSchools extends Construct {
  private readonly rule: CfnInsightRule;

  constructor(scope: Construct, id: string, { logGroup, message, name }: BusiestSchoolsProps) {
    super(scope, id);
    this.rule = new CfnInsightRule(this, 'Rule', {
      ruleName: name,
      ruleState: 'ENABLED',
      // Documented: "Contributor Insights rule syntax". A line without a school, of a request that was rejected, has no contributor.
      ruleBody: Stack.of(this).toJsonString({
        Schema: { Name: 'CloudWatchLogRule', Version: 1 },
        LogGroupNames: [logGroup.logGroupName],
        LogFormat: 'JSON',
        Contribution: { Keys: ['$.school'], Filters: [{ Match: '$.message', In: [message] }] },
        AggregateOn: 'Count',
      }),
    });
  }

  /** The schools with most requests, for a dashboard. */
  public widget(title: string): ConcreteWidget {
    return new ContributorWidget(title, this.rule);
  }
}

/** The CDK has no widget for rules. Documented: "Dashboard body structure and syntax", insightRule. */
class ContributorWidget extends ConcreteWidget {
  constructor(
    private readonly title: string,
    private readonly rule: CfnInsightRule,
  ) {
    super(12, 6);
  }

  public override toJson(): object[] {
    return [
      {
        type: 'metric',
        ...{ width: this.width, height: this.height, x: this.x, y: this.y },
        properties: {
          title: this.title,
          region: Stack.of(this.rule).region,
          view: 'timeSeries',
          period: 300,
          legend: { position: 'right' },
          insightRule: { ruleName: this.rule.ruleName, maxContributorCount: MOST_SHOWN, orderBy: 'Sum' },
        },
      },
    ];
  }
}
