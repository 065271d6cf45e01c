import { QueryDefinition, QueryString } from 'aws-cdk-lib/aws-logs';
import type { IObservable } from 'cdk-andamio';
import { Construct } from 'constructs';

/** What stands for the id in the saved query, until a person replaces it. */
export const ID_TO_REPLACE = 'the correlation id';

/** Documented: "StartQuery", logGroupNames (CloudWatch Logs API Reference). */
const MAX_LOG_GROUPS = 50;

export interface RequestQueryProps {
  /** What requests pass through. */
  readonly through: readonly IObservable[];
  /** Name of the saved query. */
  readonly name: string;
}

/** A saved query of Logs Insights that finds one request by its correlation id, in the log groups of all that it passes through. */
export class RequestQuery extends Construct {
  constructor(scope: Construct, id: string, { through, name }: RequestQueryProps) {
    super(scope, id);
    const logGroups = through.flatMap((construct) => construct.logGroups);
    if (logGroups.length > MAX_LOG_GROUPS) {
      throw new Error(`${this.node.path}: ${logGroups.length} log groups, but a query reads at most ${MAX_LOG_GROUPS}: use two queries`);
    }
    new QueryDefinition(this, 'Query', {
      queryDefinitionName: name,
      queryString: new QueryString({
        fields: ['@timestamp', '@log', '@message'],
        // Not `@message like`: callers choose other fields of these lines, such as the request id.
        filterStatements: [`correlationId = "${ID_TO_REPLACE}"`],
        sort: '@timestamp asc',
        limit: 1_000,
      }),
      logGroups,
    });
  }
}
