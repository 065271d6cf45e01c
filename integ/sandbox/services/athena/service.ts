import { randomUUID } from 'node:crypto';
import type {
  Assembly,
  Check,
  Clock,
  Endpoint,
  EndpointService,
  Json,
  JsonObject,
  Queries,
  QueryInput,
  ServiceCall,
  ServiceRequest,
} from '../../contracts';
import type { LakeEngine } from '../../engines';
import type { Sessions } from '../../iam/sessions';
import { type AwsJson, jsonError, jsonInput, jsonOperation, jsonReply } from '../../protocol/aws-json';
import { objectOf, strings } from '../../protocol/json';
import { ServiceError } from '../../protocol/service-error';
import { callerWith } from '../../streams/service-caller';
import type { QueryRequest, QueryResult } from './query';
import { resultLocation, runQuery, ScanLimitExceeded } from './run-query';
import { isUnload, manifestLocation } from './unload';
import { type Encryption, encryptionOf, type NamedQuery, type WorkGroup } from './work-group';

const PROTOCOL: AwsJson = { target: 'AmazonAthena', version: '1.1' };
const PAGE = 1000;
/** Of a parameter. */
const MOST_CHARACTERS = 1024;

type State = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

interface Execution {
  readonly request: QueryRequest;
  readonly group: WorkGroup;
  readonly catalog: JsonObject;
  readonly submitted: number;
  state: State;
  reason?: string;
  completed?: number;
  result?: QueryResult;
  input?: QueryInput;
}

export interface AthenaOptions {
  readonly assembly: Assembly;
  readonly clock: Clock;
  readonly endpoint: Pick<Endpoint, 'call'>;
  readonly sessions: Sessions;
  readonly lake: LakeEngine;
  /** By name. */
  readonly workGroups: ReadonlyMap<string, WorkGroup>;
  readonly namedQueries: readonly NamedQuery[];
}

/** The API of Athena: queries with the settings of their work group and the permissions of their caller. */
export function athenaService(options: AthenaOptions): EndpointService & Queries & { close(): Promise<void> } {
  const { assembly, clock, endpoint, sessions, lake, workGroups, namedQueries } = options;
  const executions = new Map<string, Execution>();
  /** By `ClientRequestToken`. */
  const tokens = new Map<string, string>();
  const running = new Set<Promise<void>>();

  const invalid = (message: string): never => {
    throw new ServiceError('InvalidRequestException', message);
  };
  const groupOf = (name: string): WorkGroup => workGroups.get(name) ?? invalid(`WorkGroup ${name} is not found.`);
  const executionOf = (id: unknown): Execution => executions.get(String(id)) ?? invalid(`QueryExecution ${id} was not found`);

  function start(input: JsonObject, principal: ServiceRequest['principal']): JsonObject {
    const token = input.ClientRequestToken === undefined ? undefined : String(input.ClientRequestToken);
    const known = token === undefined ? undefined : tokens.get(token);
    if (known !== undefined) return { QueryExecutionId: known };
    const group = groupOf(String(input.WorkGroup ?? 'primary'));
    if (!group.enabled) invalid(`WorkGroup ${group.name} is disabled.`);
    const catalog = objectOf(input.QueryExecutionContext);
    const id = randomUUID();
    const request = {
      ...{ id, sql: String(input.QueryString), database: String(catalog.Database ?? 'default'), cutoffBytes: group.cutoffBytes },
      parameters: parametersOf(input.ExecutionParameters),
      ...resultSettings(group, objectOf(input.ResultConfiguration)),
    };
    const execution: Execution = { request, group, catalog, submitted: clock.now(), state: 'QUEUED' };
    executions.set(id, execution);
    if (token !== undefined) tokens.set(token, id);
    const credentials = sessions.find(principal.accessKeyId)?.credentials;
    if (credentials === undefined) return invalid('The session of the caller has ended');
    const work: Promise<void> = run(execution, () => credentials).finally(() => running.delete(work));
    running.add(work);
    return { QueryExecutionId: id };
  }

  /** Documented: "StartQueryExecution", ExecutionParameters. */
  function parametersOf(given: Json | undefined): readonly string[] {
    if (given === undefined) return [];
    const values = strings(given);
    if (values.length === 0 || values.some((value) => value.length < 1 || value.length > MOST_CHARACTERS)) {
      return invalid(`ExecutionParameters must be a list of texts of 1 to ${MOST_CHARACTERS} characters`);
    }
    return values;
  }

  /** Documented: "Override client-side settings": an enforced group replaces the settings of a query. */
  function resultSettings(group: WorkGroup, given: JsonObject): { outputLocation: string; encryption?: Encryption } {
    const own = group.enforced ? {} : given;
    const outputLocation = own.OutputLocation === undefined ? group.outputLocation : String(own.OutputLocation);
    if (outputLocation === undefined) {
      return invalid(
        'No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.',
      );
    }
    const encryption =
      own.EncryptionConfiguration === undefined ? group.encryption : encryptionOf(objectOf(own.EncryptionConfiguration), invalid);
    return { outputLocation, encryption };
  }

  async function run(execution: Execution, credentials: Parameters<typeof callerWith>[2]): Promise<void> {
    execution.state = 'RUNNING';
    try {
      const { result, input } = await runQuery(lake, callerWith(endpoint, assembly.region, credentials), execution.request, clock.now());
      Object.assign(execution, { result, input });
      end(execution, 'SUCCEEDED');
    } catch (error) {
      end(execution, error instanceof ScanLimitExceeded ? 'CANCELLED' : 'FAILED', (error as Error).message);
    }
  }

  function end(execution: Execution, state: State, reason?: string): void {
    // A query that was stopped stays stopped.
    if (execution.state === 'CANCELLED') return;
    Object.assign(execution, { state, reason, completed: clock.now() });
  }

  function describe({ request, group, catalog, state, reason, submitted, completed, input }: Execution): JsonObject {
    const { encryption } = request;
    const elapsed = (completed ?? clock.now()) - submitted;
    return {
      ...{ QueryExecutionId: request.id, Query: request.sql, StatementType: 'DML', WorkGroup: group.name, QueryExecutionContext: catalog },
      ...(request.parameters.length === 0 ? {} : { ExecutionParameters: [...request.parameters] }),
      ResultConfiguration: {
        OutputLocation: resultLocation(request.outputLocation, request.id),
        ...(encryption === undefined
          ? {}
          : {
              EncryptionConfiguration: {
                EncryptionOption: encryption.option,
                ...(encryption.key === undefined ? {} : { KmsKey: encryption.key }),
              },
            }),
      },
      Status: {
        ...{ State: state, SubmissionDateTime: submitted / 1000 },
        ...(reason === undefined ? {} : { StateChangeReason: reason }),
        ...(completed === undefined ? {} : { CompletionDateTime: completed / 1000 }),
      },
      Statistics: {
        ...{ EngineExecutionTimeInMillis: elapsed, TotalExecutionTimeInMillis: elapsed, DataScannedInBytes: input?.bytes ?? 0 },
        ...(isUnload(request.sql) ? { DataManifestLocation: manifestLocation(request.outputLocation, request.id) } : {}),
      },
    };
  }

  function results({ QueryExecutionId, NextToken, MaxResults = PAGE }: JsonObject): JsonObject {
    const { state, result } = executionOf(QueryExecutionId);
    if (result === undefined) return invalid(`Query has not yet finished. Current state: ${state}`);
    // The first row has the names of the columns.
    const rows = [result.columns.map(({ name }): string | null => name), ...result.rows];
    const from = Number(NextToken ?? 0);
    const to = from + Math.min(Number(MaxResults), PAGE);
    const Rows = rows
      .slice(from, to)
      .map((row) => ({ Data: row.map((value): JsonObject => (value === null ? {} : { VarCharValue: value })) }));
    const ColumnInfo = result.columns.map(({ name, type }) => ({
      CatalogName: 'hive',
      Name: name,
      Label: name,
      Type: type,
      Nullable: 'UNKNOWN',
    }));
    return {
      ResultSet: { Rows, ResultSetMetadata: { ColumnInfo } },
      UpdateCount: 0,
      ...(to < rows.length ? { NextToken: String(to) } : {}),
    };
  }

  const namedQueryOf = (id: unknown): NamedQuery =>
    namedQueries.find((query) => query.id === id) ?? invalid(`NamedQuery ${id} was not found`);

  const operations: Readonly<Record<string, (input: JsonObject, principal: ServiceRequest['principal']) => JsonObject>> = {
    StartQueryExecution: start,
    GetQueryExecution: ({ QueryExecutionId }) => ({ QueryExecution: describe(executionOf(QueryExecutionId)) }),
    BatchGetQueryExecution: ({ QueryExecutionIds }) => ({
      QueryExecutions: strings(QueryExecutionIds).map((id) => describe(executionOf(id))),
      UnprocessedQueryExecutionIds: [],
    }),
    GetQueryResults: results,
    StopQueryExecution({ QueryExecutionId }) {
      const execution = executionOf(QueryExecutionId);
      if (execution.completed === undefined) end(execution, 'CANCELLED', 'Query cancelled by user');
      return {};
    },
    ListQueryExecutions: ({ WorkGroup = 'primary' }) => ({
      QueryExecutionIds: [...executions.values()]
        .filter(({ group }) => group.name === WorkGroup)
        .map(({ request }) => request.id)
        .reverse(),
    }),
    GetWorkGroup({ WorkGroup: name }) {
      const group = groupOf(String(name));
      const result: JsonObject =
        group.outputLocation === undefined ? {} : { ResultConfiguration: { OutputLocation: group.outputLocation } };
      const cutoff: JsonObject = group.cutoffBytes === undefined ? {} : { BytesScannedCutoffPerQuery: group.cutoffBytes };
      const Configuration: JsonObject = { EnforceWorkGroupConfiguration: group.enforced, ...result, ...cutoff };
      return { WorkGroup: { Name: group.name, State: group.enabled ? 'ENABLED' : 'DISABLED', Configuration } };
    },
    GetNamedQuery: ({ NamedQueryId }) => ({ NamedQuery: namedQueryOf(NamedQueryId).description }),
    BatchGetNamedQuery: ({ NamedQueryIds }) => ({
      NamedQueries: strings(NamedQueryIds).map((id) => namedQueryOf(id).description),
      UnprocessedNamedQueryIds: [],
    }),
    ListNamedQueries: ({ WorkGroup = 'primary' }) => ({
      NamedQueryIds: namedQueries.filter(({ workGroup }) => workGroup === WorkGroup).map(({ id }) => id),
    }),
  };

  /** Every operation is on a work group. Documented: "Actions, resources, and condition keys for Amazon Athena". */
  function checksOf(operation: string, input: JsonObject): Check[] {
    const named = operation.includes('NamedQuery') && !operation.startsWith('List');
    const ids = named ? strings(input.NamedQueryIds ?? input.NamedQueryId) : [];
    const executed = input.QueryExecutionIds ?? input.QueryExecutionId;
    const groups =
      executed !== undefined
        ? strings(executed).map((id) => executions.get(id)?.group.name)
        : named
          ? ids.map((id) => namedQueries.find((query) => query.id === id)?.workGroup)
          : [String(input.WorkGroup ?? 'primary')];
    const { partition, region, account } = assembly;
    return [...new Set(groups)].map((name) => ({
      ...{ action: `athena:${operation}`, context: {} },
      resource: name === undefined ? '*' : `arn:${partition}:athena:${region}:${account}:workgroup/${name}`,
    }));
  }

  return {
    name: 'athena',
    read(request): ServiceCall {
      const operation = jsonOperation(PROTOCOL, request) ?? 'unknown';
      const input = jsonInput(request);
      const execute = operations[operation];
      if (execute === undefined) return invalid(`The sandbox does not support the operation ${operation} of athena`);
      return { operation, checks: () => checksOf(operation, input), execute: () => jsonReply(PROTOCOL, execute(input, request.principal)) };
    },
    error: (_request, code, message, status) => jsonError(PROTOCOL, code, message, status, 'Message'),
    input: (id) => executions.get(id)?.input,
    get underWay() {
      return running.size;
    },
    async close() {
      await Promise.all(running);
    },
  };
}
