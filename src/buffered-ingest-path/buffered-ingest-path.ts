import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IResource, JsonSchema, Method } from 'aws-cdk-lib/aws-apigateway';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  type CfnEventSourceMapping,
  EventSourceMapping,
  type EventSourceMappingOptions,
  type Function as LambdaFunction,
} from 'aws-cdk-lib/aws-lambda';
import { type ILogGroup, type LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ApiRouteOptions, IApiTarget, IItemStore, IObservable, RecommendedAlarm } from '../core';
import { dataRemovalPolicy } from '../core/private/base/data-removal-policy';
import { encryptionKeyOf } from '../core/private/encryption-key';
import { createLogGroup } from '../core/private/log-group';
import { acknowledgeFindings } from './acknowledged-findings';
import { IngestAlarms } from './ingest-alarms';
import type { IngestKeys } from './ingest-keys';
import { type IngestLimits, ingestLimits } from './ingest-limits';
import { IngestMetrics } from './ingest-metrics';
import { addIngestMethod } from './ingest-route';
import { textsOfBody } from './key-bytes';
import { createQueues, type Kept } from './queues';
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
   * @default - the app's key, `AppKey.of(this)`
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
 */
export class BufferedIngestPath extends Construct implements IApiTarget, IObservable {
  /** Where accepted messages wait. Retained when the stack is deleted, unless set otherwise: their callers got a 202. */
  public readonly queue: Queue;

  /**
   * Where messages go that were not stored in their batch, for whatever reason. The writer receives each of them alone, so that a message
   * that kills it takes no other along.
   */
  public readonly retryQueue: Queue;

  /** Where messages end that could not be stored. */
  public readonly deadLetterQueue: Queue;

  /** Stores the messages. It can insert items into the table and do nothing else with it, or not even that: see `isolation`. */
  public readonly writer: LambdaFunction;

  /** What the path measures. */
  public readonly metrics: IngestMetrics;

  /** Alarms, made on demand. */
  public readonly alarms: IngestAlarms;

  /** Where it logs. */
  public readonly logGroups: ILogGroup[];

  private readonly apiRole: Role;
  private readonly keyTexts: string[][];

  /**
   * @param scope where it belongs
   * @param id its name there
   * @param props where its items go and how, and what is other than the defaults
   * @throws when limits contradict each other, when two attributes of an item have one name, when a body could fit the schema and make no
   * key, when an index would mix tenants, when sessions and table belong to different tenancies, or when messages would be destroyed without a scope that allows it
   */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: BufferedIngestPathProps,
  ) {
    super(scope, id);
    const limits = ingestLimits(this, props);
    const keys = writtenKeys(this, props);
    this.keyTexts = textsOfBody(Object.values(keys.templates), props.schema);
    const { destination, isolation = WriterIsolation.pooled() } = props;
    const kept: Kept = {
      encryptionKey: encryptionKeyOf(this, props.encryptionKey),
      removalPolicy: dataRemovalPolicy(this, props.removalPolicy),
    };

    const queues = createQueues(this, kept, limits);
    this.queue = queues.queue;
    this.retryQueue = queues.retryQueue;
    this.deadLetterQueue = queues.deadLetterQueue;
    const logGroup = this.createLogGroup(kept, props.name);
    const writerRole = this.createWriterRole(logGroup, kept.encryptionKey, (role) => isolation._allow(this, destination, role));
    this.writer = createWriter(this, { logGroup, role: writerRole, timeout: limits.timeout, destination, isolation, keys });
    this.apiRole = this.createApiRole(kept.encryptionKey);

    const eventSources = this.connect(limits);
    this.logGroups = [logGroup];
    this.metrics = IngestMetrics._of(queues, this.writer);
    this.alarms = IngestAlarms._of(this, this.metrics, limits.timeToDie.toSeconds());
    const { writer, apiRole, deadLetterQueue } = this;
    acknowledgeFindings({ writer, writerRole, roles: [writerRole, apiRole], eventSources, deadLetterQueue, isolation });
  }

  public get recommendedAlarms(): RecommendedAlarm[] {
    return this.alarms.recommended;
  }

  /**
   * Adds a method that leads into the queue. Any number of routes, of any number of APIs, may lead to one path.
   *
   * @param resource the path in the API
   * @param httpMethod POST, PUT or PATCH
   * @param options who may call, and which key of the authorizer's context holds the tenant
   * @throws when the method has no body, or the key of the context is not a plain name
   */
  public addRoute(resource: IResource, httpMethod: string, options: ApiRouteOptions): Method {
    const { queue, apiRole: role, keyTexts, props } = this;
    const { schema, destination } = props;
    return addIngestMethod({ path: this, queue, role, schema, keyTexts, tenant: destination.tenant }, resource, httpMethod, options);
  }

  private createLogGroup(kept: Kept, name: string | undefined): LogGroup {
    return createLogGroup(this, 'WriterLogs', {
      logGroupName: name === undefined ? undefined : `/aws/lambda/${name}`,
      retention: RetentionDays.ONE_MONTH,
      ...kept,
    });
  }

  /** The event sources poll in this role's name too. */
  private createWriterRole(logGroup: LogGroup, key: IKey, allowWriting: (role: Role) => void): Role {
    const role = new Role(this, 'WriterRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    allowWriting(role);
    const actions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'];
    role.addToPolicy(new PolicyStatement({ actions, resources: [this.queue.queueArn, this.retryQueue.queueArn] }));
    role.addToPolicy(this.useOfKey(key, ['kms:Decrypt']));
    return role;
  }

  /** What API Gateway may do in the name of a route: send to this queue. */
  private createApiRole(key: IKey): Role {
    const role = new Role(this, 'ApiRole', { assumedBy: new ServicePrincipal('apigateway.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] }));
    role.addToPolicy(this.useOfKey(key, ['kms:GenerateDataKey', 'kms:Decrypt']));
    return role;
  }

  /** Documented: "Key management" in the SQS developer guide, permissions for producers and consumers. */
  private useOfKey(key: IKey, actions: string[]): PolicyStatement {
    const conditions = { StringEquals: { 'kms:ViaService': `sqs.${this.queue.env.region}.amazonaws.com` } };
    return new PolicyStatement({ actions, resources: [key.keyArn], conditions });
  }

  private connect({ batchSize, batchWindow, maxConcurrency }: IngestLimits): CfnEventSourceMapping[] {
    return [
      this.createEventSource('EventSource', this.queue, { batchSize, maxBatchingWindow: batchWindow, maxConcurrency }),
      // Without a window: a message that is received alone does not wait for others.
      this.createEventSource('RetryEventSource', this.retryQueue, { batchSize: 1, maxConcurrency }),
    ];
  }

  private createEventSource(id: string, { queueArn }: Queue, options: EventSourceMappingOptions): CfnEventSourceMapping {
    const mapping = new EventSourceMapping(this, id, {
      target: this.writer,
      eventSourceArn: queueArn,
      reportBatchItemFailures: true,
      ...options,
    });
    return mapping.node.defaultChild as CfnEventSourceMapping;
  }
}
