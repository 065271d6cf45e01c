import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IResource, JsonSchema, Method } from 'aws-cdk-lib/aws-apigateway';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { type ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ApiRoute, ApiRouteOptions, ApiTargetConfig, IApiTarget, IItemStore, IObservable, RecommendedAlarm } from '../core';
import { addRouteTo } from '../core/private/api-method';
import { dataRemovalPolicy } from '../core/private/base/data-removal-policy';
import { requireProps } from '../core/private/base/required-props';
import { encryptionKeyOf } from '../core/private/encryption-key';
import { createLogGroup } from '../core/private/log-group';
import { acknowledgeFindings } from './acknowledged-findings';
import { BufferedIngestPathAlarms } from './buffered-ingest-path-alarms';
import type { IBufferedIngestPath } from './buffered-ingest-path-interface';
import { BufferedIngestPathMetrics } from './buffered-ingest-path-metrics';
import { createEventSources } from './event-sources';
import type { IngestKeys } from './ingest-keys';
import { ingestLimits } from './ingest-limits';
import { createApiRole, createWriterRole } from './ingest-roles';
import { bindIngestRoute } from './ingest-route';
import { type KeyText, textsOfBody } from './key-bytes';
import { createQueues } from './queues';
import { warnWithoutRoute } from './warn-without-route';
import { createWriter } from './writer';
import { WriterIsolation } from './writer-isolation';
import { writtenKeys } from './written-keys';

/** What makes an ingest path. */
export interface BufferedIngestPathProps {
  /** Where the items go. */
  readonly destination: IItemStore;

  /** How an item's keys are made from its message. */
  readonly keys: IngestKeys;

  /**
   * What a request's body must look like; checked by API Gateway, before anything else costs anything. Of type OBJECT, in the
   * JSON schema draft 4 that API Gateway knows. What keys are made of must be required there, and bounded: a text by `minLength` and
   * `maxLength`, an integer by `minimum` and `maximum`, or anything by an `enum`.
   */
  readonly schema: JsonSchema;

  /**
   * Under whose permission messages are written: the writer's for all tenants, or each tenant's own session for its messages.
   *
   * @default WriterIsolation.pooled()
   */
  readonly isolation?: WriterIsolation;

  /**
   * Messages that the writer gets at once, 1 to 10,000. Every 25 are one call to DynamoDB, and every 500 give the writer a second more
   * than its 6 (every 40, where each tenant's are written in its own session).
   *
   * @default 50
   */
  readonly batchSize?: number;

  /**
   * How long a batch may wait to fill, up to 300 seconds; at least 1 second with batches over 10, which is not checked here where the
   * size of a batch is only known at deployment.
   *
   * @default Duration.seconds(5)
   */
  readonly batchWindow?: Duration;

  /**
   * Batches that are written at the same time, 2 to 1,000. With 10, about 5,000 messages a second when a batch takes 100 ms. As many
   * messages that failed in a batch are written alone at the same time, beside them.
   *
   * @default 10
   */
  readonly maxConcurrency?: number;

  /**
   * How long the queue keeps a message, up to 14 days and less than half of the items' time to live. The retry queue keeps it a day
   * longer, where that time allows it. Dead letters get the rest, at most 14 days from the first sending: a replay can then never bring
   * back what has expired.
   *
   * @default Duration.days(4)
   */
  readonly retention?: Duration;

  /**
   * Encrypts the queues and the log. A key, not an alias. The policy of a key of this app gets the statement that CloudWatch Logs needs; for an imported key, a
   * warning holds the statement to add.
   *
   * @default AppKey.of(this)
   */
  readonly encryptionKey?: IKey;

  /**
   * A name to find the writer's log by: the log group becomes `/aws/lambda/<name>`. A log that was retained when its stack was
   * deleted keeps the name too: delete it or choose another before the path is made again.
   *
   * @default - a generated name
   */
  readonly name?: string;

  /**
   * What becomes of queues and log when the path leaves its stack. DESTROY also needs `DataDestruction.allow` on a scope above, and
   * loses the messages that wait.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Takes in bursts of small JSON documents and stores each one once: API Gateway puts them into a queue with no function between, and a
 * function writes them to a table in batches.
 *
 * A request is answered with 202 as soon as it is in the queue; its item appears in the table seconds later. The README beside this
 * file says why each thing is as it is.
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
  /** Where accepted messages wait. Retained when the stack is deleted, unless told otherwise: they are promised. */
  public readonly queue: Queue;

  /**
   * Where messages go that were not stored in their batch, for whatever reason. The writer receives each of them alone, so that a message
   * that ends it takes no other along.
   */
  public readonly retryQueue: Queue;

  /** Where messages end that could not be stored. */
  public readonly deadLetterQueue: Queue;

  /** Stores the messages. It can insert items into the table and do nothing else with it, or not even that: see `isolation`. */
  public readonly writer: LambdaFunction;

  /** From the first receive of a message that always fails until it is a dead letter, when none of its receives is late. */
  public readonly timeToDeadLetter: Duration;

  /** What the path measures. */
  public readonly metrics: BufferedIngestPathMetrics;

  /** Its alarms, created when they are asked for. */
  public readonly alarms: BufferedIngestPathAlarms;

  /** Where it logs. */
  public readonly logGroups: ILogGroup[];

  private readonly apiRole: Role;
  private readonly keyTexts: KeyText[];
  private routes = 0;

  /**
   * @param scope the parent construct
   * @param id unique within the scope
   * @param props where its items go and how, and what is other than the defaults
   * @throws when two attributes of an item have one name, when a body could fit the schema and make no key, when an index would mix tenants, when
   * sessions and table belong to different tenancies, or when messages would be destroyed without a scope that allows it; limits that are wrong are
   * reported together when the app is synthesized
   */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: BufferedIngestPathProps,
  ) {
    super(scope, id);
    requireProps(this, props, { destination: true, keys: true, schema: true });
    const { destination, schema, isolation = WriterIsolation.pooled(), name } = props;
    const retained = {
      encryptionKey: encryptionKeyOf(this, props.encryptionKey),
      removalPolicy: dataRemovalPolicy(this, props.removalPolicy),
    };
    const limits = ingestLimits(this, props);
    const keys = writtenKeys(this, props);

    const queues = createQueues(this, retained, limits);
    const logGroupName = name === undefined ? undefined : `/aws/lambda/${name}`;
    const logGroup = createLogGroup(this, 'WriterLogs', { logGroupName, retention: RetentionDays.ONE_MONTH, ...retained });
    const writerRole = createWriterRole(this, queues, retained.encryptionKey, logGroup);
    isolation._variant.allow(this, destination, writerRole);
    this.writer = createWriter(this, { logGroup, role: writerRole, timeout: limits.timeout, destination, isolation, keys });
    this.apiRole = createApiRole(this, queues, retained.encryptionKey);
    const eventSources = createEventSources(this, this.writer, queues, limits);

    this.queue = queues.queue;
    this.retryQueue = queues.retryQueue;
    this.deadLetterQueue = queues.deadLetterQueue;
    this.timeToDeadLetter = limits.timeToDeadLetter;
    this.keyTexts = textsOfBody(Object.values(keys.templates), schema);
    this.logGroups = [logGroup];
    this.metrics = BufferedIngestPathMetrics.fromBufferedIngestPath(this);
    this.alarms = BufferedIngestPathAlarms.fromBufferedIngestPath(this);

    const { writer, apiRole, deadLetterQueue } = this;
    acknowledgeFindings({ writer, roles: [writerRole, apiRole], eventSources, deadLetterQueue, isolation });
    warnWithoutRoute(this, this.queue, () => this.routes);
  }

  public get recommendedAlarms(): RecommendedAlarm[] {
    return this.alarms.recommended;
  }

  /**
   * Says what the path needs of an API, for `api.addRoute('POST /visits', path)`. Any number of routes, of any number of APIs, may lead to one path.
   *
   * @param route the route that leads here
   * @throws when the method has no body, or the key of the context is not a plain name
   */
  public bind(route: ApiRoute): ApiTargetConfig {
    const { queue, apiRole: role, keyTexts, props } = this;
    const { schema, destination } = props;
    this.routes += 1;
    return bindIngestRoute({ path: this, queue, role, schema, keyTexts, tenantNoun: destination.tenantNoun }, route);
  }

  /**
   * Adds a method that leads into the queue to any RestApi, with any authorizer that names the tenant.
   *
   * @param resource the path in the API
   * @param httpMethod POST, PUT or PATCH
   * @param options who may call, and which key of the authorizer's context holds the tenant
   * @throws when the method has no body, or the key of the context is not a plain name
   */
  public addRoute(resource: IResource, httpMethod: string, options: ApiRouteOptions): Method {
    return addRouteTo(resource, httpMethod, this, options);
  }
}
