import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IResource, JsonSchema, Method } from 'aws-cdk-lib/aws-apigateway';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type {
  ApiRoute,
  ApiRouteOptions,
  ApiTargetConfig,
  DashboardGraph,
  IApiTarget,
  IItemStore,
  IObservable,
  RecommendedAlarm,
} from '../core';
import { addRouteTo } from '../core/private/api-method';
import { invalid } from '../core/private/base/invalid';
import { DURATION, having, KEY, literal, NUMBER, REMOVAL_POLICY, RETENTION_DAYS, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import { loggedBy, retainedBy } from '../core/private/retained';
import type { ITenantDirectory } from '../tenant-directory';
import { acknowledgeFindings } from './acknowledged-findings';
import { BufferedIngestPathAlarms } from './buffered-ingest-path-alarms';
import { graphsOf } from './buffered-ingest-path-graphs';
import type { BufferedIngestPathAttributes, IBufferedIngestPath } from './buffered-ingest-path-interface';
import { BufferedIngestPathMetrics } from './buffered-ingest-path-metrics';
import { createEventSources } from './event-sources';
import { ImportedIngestPath } from './imported-ingest-path';
import type { IngestKeys } from './ingest-keys';
import { ingestLimits } from './ingest-limits';
import { createApiRole, grantConsume } from './ingest-roles';
import { bindIngestRoute } from './ingest-route';
import { type KeyText, textsOfBody } from './key-bytes';
import { createQueues } from './queues';
import { warnWithoutRoute } from './warn-without-route';
import { createWriter } from './writer';
import { WriterIsolation } from './writer-isolation';
import { writtenKeys } from './written-keys';

/** Props of BufferedIngestPath. */
export interface BufferedIngestPathProps {
  /** The table that items are written to: a TenantTable, or `ItemStore.fromTable` for a table of your own. */
  readonly destination: IItemStore;

  /** Templates of the item's keys. */
  readonly keys: IngestKeys;

  /**
   * JSON schema of the request body, which API Gateway checks before the message is accepted. Its type is OBJECT, in the draft 4 that API
   * Gateway supports. Properties that keys are made of must be required and bounded: strings by `minLength` and `maxLength`, integers by
   * `minimum` and `maximum`, or any type by an `enum`.
   */
  readonly schema: JsonSchema;

  /**
   * The directory of the tenants. With it, messages of tenants that have left are deleted without being stored, also when dead letters are
   * replayed, and messages of tenants without a record become dead letters. Messages of suspended tenants are stored.
   *
   * @default - messages are stored whatever happens to their tenant
   */
  readonly directory?: ITenantDirectory;

  /**
   * Which permissions the writer uses: its own for all tenants, or those of a session for each tenant.
   *
   * @default WriterIsolation.pooled()
   */
  readonly isolation?: WriterIsolation;

  /**
   * Most messages in a batch, 1 to 10,000. The writer makes one call to DynamoDB for 25 messages. Its timeout is 6 seconds, plus 1 second
   * for every 500 messages (for every 40 with a session for each tenant).
   *
   * @default 50
   */
  readonly batchSize?: number;

  /**
   * How long Lambda may wait for a batch to fill, up to 300 seconds. Batches of more than 10 messages need at least 1 second; that is not
   * checked if `batchSize` is only known at deployment.
   *
   * @default Duration.seconds(5)
   */
  readonly batchWindow?: Duration;

  /**
   * Most batches that are written at the same time, 2 to 1,000. With 10, about 5,000 messages a second if a batch takes 100 ms. The same
   * limit applies separately to messages that failed in a batch and are written one by one.
   *
   * @default 10
   */
  readonly maxConcurrency?: number;

  /**
   * How long the queue keeps a message, up to 14 days and less than half of the items' time to live. The retry queue keeps it up to one
   * day longer. The dead-letter queue keeps it for the rest of the time to live, at most 14 days after the message was first sent, so
   * that a replay never restores an expired item.
   *
   * @default Duration.days(4)
   */
  readonly retention?: Duration;

  /**
   * Encrypts the queues and the writer's log. A key, not an alias. The policy of a key of this app gets the statement that CloudWatch Logs
   * needs; for an imported key, a warning holds the statement to add.
   *
   * @default AppKey.of(this)
   */
  readonly encryptionKey?: IKey;

  /**
   * Name of the writer's log group, `/aws/lambda/<name>`. A log group that was retained when its stack was deleted still occupies its
   * name: delete it, or choose another name, before the path is created again.
   *
   * @default - a generated name
   */
  readonly name?: string;

  /**
   * How long the writer's log group keeps events.
   *
   * @default - LogRetention of the nearest scope, else RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;

  /**
   * What happens to the queues and the log when the path is removed from its stack. DESTROY also needs `DataDestruction.allow` on a scope
   * above, and deletes all waiting messages.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Accepts bursts of small JSON documents and stores each one exactly once: API Gateway sends them directly to a queue, and a function
 * writes them to a table in batches.
 *
 * Requests get a 202 as soon as they are in the queue; the item is in the table seconds later. The README in this folder has the reasons
 * for each decision.
 *
 * @example
 * import { Stack } from 'aws-cdk-lib';
 * import { JsonSchemaType } from 'aws-cdk-lib/aws-apigateway';
 * import { BufferedIngestPath, IngestKeys, TenantIsolatedApi, TenantTable } from 'cdk-andamio';
 *
 * declare const stack: Stack;
 * declare const data: TenantTable;
 * declare const api: TenantIsolatedApi;
 * const visits = new BufferedIngestPath(stack, 'Visits', {
 *   destination: data,
 *   keys: IngestKeys.of({ partitionKey: '{tenant}#STUDENT#{body.student}', sortKey: 'VISIT#{idempotencyKey}' }),
 *   schema: {
 *     type: JsonSchemaType.OBJECT,
 *     required: ['student'],
 *     properties: { student: { type: JsonSchemaType.STRING, minLength: 1, maxLength: 64 } },
 *   },
 * });
 * api.addRoute('POST /visits', visits);
 */
export class BufferedIngestPath extends Construct implements IBufferedIngestPath, IApiTarget, IObservable {
  /**
   * Imports a BufferedIngestPath of another stack or app, to watch it and to grant a replay of its dead letters:
   * `BufferedIngestPathAlarms.fromBufferedIngestPath(imported)`, `imported.deadLetterQueue.grantConsumeMessages(role)`. Alarms are created
   * in the scope of the import, which is in the path's account and Region. Routes are added where the path is created.
   *
   * @param attributes attributes of the path
   * @throws when the key is an alias, or the time to the dead-letter queue is not known at synthesis
   */
  public static fromBufferedIngestPathAttributes(
    scope: Construct,
    id: string,
    attributes: BufferedIngestPathAttributes,
  ): IBufferedIngestPath {
    return new ImportedIngestPath(scope, id, attributes);
  }

  /**
   * The queue of accepted messages. Retained when the stack is deleted, unless `removalPolicy` says otherwise: a 202 promises that the
   * message is stored.
   */
  public readonly queue: IQueue;

  /**
   * The queue of messages that were not stored in their batch. The writer receives each of them alone, so that a message that crashes it
   * affects no other message.
   */
  public readonly retryQueue: IQueue;

  /** The queue of messages that could not be stored. */
  public readonly deadLetterQueue: IQueue;

  /**
   * The function that stores the messages. Its role may only insert items into the table, or has no access to it at all: see `isolation`.
   */
  public readonly writer: IFunction;

  /** Time from the first receive of a message that always fails until it is in the dead-letter queue, if each receive is on time. */
  public readonly timeToDeadLetter: Duration;

  /** Metrics of the path. */
  public readonly metrics: BufferedIngestPathMetrics;

  /** Recommended alarms, each created on first use. */
  public readonly alarms: BufferedIngestPathAlarms;

  /** Log groups of the path. */
  public readonly logGroups: ILogGroup[];

  private readonly apiRole: Role;
  private readonly keyTexts: KeyText[];
  private routes = 0;

  /**
   * @param scope the parent construct
   * @param id unique within the scope
   * @param props the table, the keys, the schema, and options
   * @throws when two attributes of an item have the same name, when a body that matches the schema may not result in a valid key, when an
   * index would mix tenants, when sessions, directory and table belong to different tenancies, or when messages would be destroyed without a scope
   * that allows it. Values that are out of range are reported together at synthesis.
   */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: BufferedIngestPathProps,
  ) {
    super(scope, id);
    checkProps(this, props, PROPS);
    const { destination, directory, schema, isolation = WriterIsolation.pooled(), name } = props;
    checkDirectory(this, props);
    const retained = retainedBy(this, props);
    const limits = ingestLimits(this, props);
    const keys = writtenKeys(this, props);

    const queues = createQueues(this, retained, limits);
    const { timeout } = limits;
    const writer = createWriter(this, { name, timeout, destination, directory, isolation, keys, ...loggedBy(props, retained) });
    grantConsume(queues, retained.encryptionKey, writer.role);
    isolation._variant.allow(this, destination, writer.role);
    this.writer = writer.function;
    this.apiRole = createApiRole(this, queues, retained.encryptionKey);
    const eventSources = createEventSources(this, this.writer, queues, limits);

    this.queue = queues.queue;
    this.retryQueue = queues.retryQueue;
    this.deadLetterQueue = queues.deadLetterQueue;
    this.timeToDeadLetter = limits.timeToDeadLetter;
    this.keyTexts = textsOfBody(Object.values(keys.templates), schema);
    this.logGroups = [writer.logGroup];
    this.metrics = BufferedIngestPathMetrics.fromBufferedIngestPath(this);
    this.alarms = BufferedIngestPathAlarms.fromBufferedIngestPath(this);

    const { apiRole, deadLetterQueue } = this;
    acknowledgeFindings({ apiRole, eventSources, deadLetterQueue });
    warnWithoutRoute(this, this.queue, () => this.routes);
  }

  public get recommendedAlarms(): RecommendedAlarm[] {
    return this.alarms.recommended;
  }

  public get graphs(): DashboardGraph[] | undefined {
    return graphsOf(this.metrics, this.alarms);
  }

  /**
   * Returns the integration of the path, for `api.addRoute('POST /visits', path)`. Several routes of several APIs may lead to one path.
   *
   * @param route the route that leads here
   * @throws when the HTTP method has no body, or the context key is not a plain name
   */
  public bind(route: ApiRoute): ApiTargetConfig {
    const { queue, apiRole: role, keyTexts, props } = this;
    const { schema, destination, directory } = props;
    const tenantNoun = destination.tenantNoun ?? directory?.tenancy.noun;
    this.routes += 1;
    return bindIngestRoute({ path: this, queue, role, schema, keyTexts, tenantNoun }, route);
  }

  /**
   * Adds a route to a RestApi of your own, with a Lambda authorizer that returns the tenant.
   *
   * @param resource the path in the API
   * @param httpMethod POST, PUT or PATCH
   * @param options the authorizer, and the key of its context that holds the tenant
   * @throws when the HTTP method has no body, or the context key is not a plain name
   */
  public addRoute(resource: IResource, httpMethod: string, options: ApiRouteOptions): Method {
    return addRouteTo(resource, httpMethod, this, options);
  }
}

/** Rejects a directory of another tenancy: it would have no record of the tenants. */
function checkDirectory(path: Construct, { destination, directory }: BufferedIngestPathProps): void {
  const { tenantNoun } = destination;
  if (directory === undefined || tenantNoun === undefined || directory.tenancy.noun === tenantNoun) return;
  invalid(path, 'directory', directory.tenancy.noun, `a directory of the tenancy ${tenantNoun}, as of ${destination.table.node.path}`);
}

const PROPS: PropKinds<BufferedIngestPathProps> = {
  destination: required(having<IItemStore>('a TenantTable, or ItemStore.fromTable(…)', 'table', 'partitionKeyName')),
  keys: required(having<IngestKeys>('IngestKeys.of({ partitionKey: … })', 'partitionKey', 'attributes', 'filledByOthers')),
  schema: required(literal<JsonSchema>('a JSON schema, such as { type: JsonSchemaType.OBJECT, … }')),
  directory: having<ITenantDirectory>(
    'a TenantDirectory, or TenantDirectory.fromTenantDirectoryAttributes(…)',
    'table',
    'tenancy',
    'grants',
  ),
  isolation: having<WriterIsolation>('WriterIsolation.pooled() or WriterIsolation.perTenant(…)', '_variant'),
  batchSize: NUMBER,
  batchWindow: DURATION,
  maxConcurrency: NUMBER,
  retention: DURATION,
  encryptionKey: KEY,
  name: STRING,
  logRetention: RETENTION_DAYS,
  removalPolicy: REMOVAL_POLICY,
};
