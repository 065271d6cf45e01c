import { randomUUID } from 'node:crypto';
import { propertiesOf, readEach } from '../../../assembly/properties';
import type { Assembly, Check, Json, JsonObject, LogSink, Resource } from '../../../contracts';
import { strings } from '../../../protocol/json';
import { ServiceError } from '../../../protocol/service-error';
import { MAX_LIMIT, parseQuery } from './parse';
import { type Answer, DEFAULT_LIMIT, runQuery } from './run';
import { MAX_QUERY_LENGTH } from './tokens';

export const QUERY_DEFINITION = 'AWS::Logs::QueryDefinition';

/** Documented: "StartQuery", logGroupNames (CloudWatch Logs API Reference). */
const MAX_GROUPS = 50;
/** The answers that are kept, so that memory is bounded. */
const ANSWERS_KEPT = 100;

/** A request, read. */
export interface QueryCall {
  readonly checks: readonly Check[];
  execute(): JsonObject;
}

/** What queries need of the log groups of the assembly. */
export interface Groups {
  /** The ARN that IAM evaluates. */
  arn(name: string): string;
  /** @throws ServiceError if the group does not exist */
  require(name: string): void;
}

/** The operations of Logs Insights: queries over the lines that the sandbox keeps. Each is complete when it has been started. */
export function logsInsights(
  assembly: Assembly,
  sink: LogSink,
  groups: Groups,
): Readonly<Record<string, (input: JsonObject) => QueryCall>> {
  const answers = new Map<string, Answer>();
  const answerOf = (queryId: Json | undefined): Answer => {
    const answer = answers.get(String(queryId));
    if (answer === undefined) throw new ServiceError('ResourceNotFoundException', `Query '${String(queryId)}' does not exist`);
    return answer;
  };

  // Documented: "Actions, resources, and condition keys for Amazon CloudWatch Logs": only StartQuery has a resource type, log-group.
  const ofAll = (name: string): Check[] => [{ action: `logs:${name}`, resource: '*', context: {} }];
  return {
    StartQuery(input) {
      const names = groupsOf(input);
      return {
        checks: names.map((name) => ({ action: 'logs:StartQuery', resource: groups.arn(name), context: {} })),
        execute: () => start(names, input),
      };
    },
    GetQueryResults: ({ queryId }) => ({
      checks: ofAll('GetQueryResults'),
      execute: () => {
        const { results, statistics } = answerOf(queryId);
        return { queryLanguage: 'CWLI', results: results as Json, statistics: { ...statistics }, status: 'Complete' };
      },
    }),
    StopQuery: ({ queryId }) => ({
      checks: ofAll('StopQuery'),
      execute() {
        answerOf(queryId);
        // Documented: "StopQuery": a query that has ended is an error.
        throw new ServiceError('InvalidParameterException', `Query '${String(queryId)}' is not running`);
      },
    }),
    DescribeQueryDefinitions: ({ queryDefinitionNamePrefix = '' }) => ({
      checks: ofAll('DescribeQueryDefinitions'),
      execute: () => ({
        queryDefinitions: readEach(assembly, QUERY_DEFINITION, readDefinition).filter(({ name }) =>
          name.startsWith(String(queryDefinitionNamePrefix)),
        ),
      }),
    }),
  };

  function start(
    names: readonly string[],
    { startTime, endTime, queryString, queryLanguage = 'CWLI', limit = DEFAULT_LIMIT }: JsonObject,
  ): JsonObject {
    for (const name of names) groups.require(name);
    if (queryLanguage !== 'CWLI') throw invalid(`The sandbox does not support the query language ${String(queryLanguage)}`);
    if (typeof startTime !== 'number' || typeof endTime !== 'number')
      throw invalid('startTime and endTime are required: seconds since 1970');
    if (startTime > endTime) throw invalid('End time should not be before start time');
    if (typeof limit !== 'number' || !(limit >= 1 && limit <= MAX_LIMIT)) throw invalid(`limit: expected 1 to ${MAX_LIMIT}`);
    if (typeof queryString !== 'string' || queryString.length > MAX_QUERY_LENGTH) {
      throw invalid(`queryString: expected a text of at most ${MAX_QUERY_LENGTH} characters`);
    }
    const query = parseQuery(queryString);
    // Documented: "The range is inclusive", in seconds.
    const within = (at: number) => Math.floor(at / 1_000) >= startTime && Math.floor(at / 1_000) <= endTime;
    const lines = names.flatMap((name) => sink.lines(name).filter(({ at }) => within(at))).sort((one, other) => one.at - other.at);
    const queryId = randomUUID();
    answers.set(queryId, runQuery(query, lines, assembly.account, limit));
    if (answers.size > ANSWERS_KEPT) answers.delete([...answers.keys()][0]);
    return { queryId };
  }
}

/** Documented: "StartQuery": exactly one of the three. An identifier is a name or an ARN. */
function groupsOf({ logGroupName, logGroupNames, logGroupIdentifiers }: JsonObject): string[] {
  const given = [logGroupName, logGroupNames, logGroupIdentifiers].filter((one) => one !== undefined);
  if (given.length !== 1) throw invalid('Exactly one of logGroupName, logGroupNames and logGroupIdentifiers is required');
  const names = [...new Set(strings(given[0]).map((name) => (name.startsWith('arn:') ? name.split(':').slice(6).join(':') : name)))];
  if (names.length < 1 || names.length > MAX_GROUPS) throw invalid(`${names.length} log groups: expected 1 to ${MAX_GROUPS}`);
  return names;
}

export function readDefinition(assembly: Assembly, resource: Resource) {
  const definition = propertiesOf(assembly, resource);
  const language = definition.text('QueryLanguage') ?? 'CWLI';
  if (language !== 'CWLI') throw definition.invalid('QueryLanguage', `${language} is not supported`);
  return {
    queryDefinitionId: assembly.ref(resource),
    name: definition.required('Name'),
    queryString: definition.required('QueryString'),
    logGroupNames: strings(definition.raw('LogGroupNames')),
    queryLanguage: language,
  };
}

function invalid(problem: string): ServiceError {
  return new ServiceError('InvalidParameterException', problem);
}
