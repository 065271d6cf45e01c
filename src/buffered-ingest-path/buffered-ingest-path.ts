import { join } from 'node:path';
import { type Duration, RemovalPolicy, Token } from 'aws-cdk-lib';
import { type IResource, type JsonSchema, JsonSchemaType, type Method } from 'aws-cdk-lib/aws-apigateway';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Architecture,
  type CfnEventSourceMapping,
  Code,
  EventSourceMapping,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { type ILogGroup, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type ApiRouteOptions, AppKey, type IApiTarget, type IItemStore, type IObservable, type RecommendedAlarm } from '../core';
import { grantIngest } from '../core/ingest-grant';
import { refuse } from '../core/refuse';
import { acknowledgeFindings } from './acknowledged-findings';
import { IngestAlarms } from './ingest-alarms';
import type { IngestKeys } from './ingest-keys';
import { checkAttributes, type IngestLimits, ingestLimits, MAX_RECEIVES, WRITER_TIMEOUT } from './ingest-limits';
import { IngestMetrics } from './ingest-metrics';
import { addIngestMethod } from './ingest-route';

/** What makes an ingest path. */
export interface BufferedIngestPathProps {
  /** Where the items go. */
  readonly destination: IItemStore;

  /** How an item's keys are made from its message. */
  readonly keys: IngestKeys;

  /**
   * What a request's body must look like; checked by API Gateway, before anything else costs anything. Of type OBJECT, in the
   * JSON schema draft 4 that API Gateway knows.
   */
  readonly schema: JsonSchema;

  /**
   * Messages that the writer gets at once, 1 to 10,000. Every 25 are one call to DynamoDB.
   *
   * @default 50
   */
  readonly batchSize?: number;

  /**
   * How long a batch may wait to fill, up to 300 seconds; at least 1 second with batches over 10.
   *
   * @default Duration.seconds(5)
   */
  readonly batchWindow?: Duration;

  /**
   * Batches that are written at the same time, 2 to 1,000. With 10, about 5,000 messages a second when a batch takes 100 ms.
   *
   * @default 10
   */
  readonly maxConcurrency?: number;

  /**
   * How long the queue keeps a message, up to 14 days and less than half of the items' time to live. Dead letters get the rest of
   * that time, at most 14 days from the first sending: a replay can then never bring back what has expired.
   *
   * @default Duration.days(4)
   */
  readonly retention?: Duration;

  /**
   * Encrypts queue, dead letters and log. Its policy must let CloudWatch Logs use it.
   *
   * @default - the app's key, `AppKey.of(this)`
   */
  readonly encryptionKey?: IKey;

  /**
   * Name that people look for the writer's log by: the log group becomes `/aws/lambda/<name>`.
   *
   * @default - a generated name
   */
  readonly name?: string;
}

/**
 * Takes in bursts of small JSON documents and stores each one once: API Gateway puts them into a queue with no function between, and a
 * function writes them to a table in batches.
 *
 * A request is answered with 202 as soon as it is in the queue; its item appears in the table seconds later. The README beside this
 * file says why each thing is as it is.
 */
export class BufferedIngestPath extends Construct implements IApiTarget, IObservable {
  /** Where accepted messages wait. Kept when the stack is deleted: they are promised. */
  public readonly queue: Queue;

  /** Where messages end that could not be stored. */
  public readonly deadLetterQueue: Queue;

  /** Stores the messages. It can insert items into the table, and do nothing else with it. */
  public readonly writer: LambdaFunction;

  /** What the path measures. */
  public readonly metrics: IngestMetrics;

  /** Alarms, made on demand. */
  public readonly alarms: IngestAlarms;

  /** Where it logs. */
  public readonly logGroups: ILogGroup[];

  private readonly apiRole: Role;

  /**
   * @throws when limits contradict each other, when the schema is not of an object, or when two attributes of an item have one name
   */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: BufferedIngestPathProps,
  ) {
    super(scope, id);
    const limits = ingestLimits(this, props);
    checkAttributes(this, props);
    if (props.schema.type !== JsonSchemaType.OBJECT) refuse(this, 'schema.type', props.schema.type, 'be OBJECT: items are made of objects');
    if (props.name !== undefined && !Token.isUnresolved(props.name) && !/^[\w.-]{1,64}$/.test(props.name)) {
      refuse(this, 'name', props.name, 'be 1 to 64 letters, digits, dots, hyphens and underscores');
    }
    const key = props.encryptionKey ?? AppKey.of(this);

    this.deadLetterQueue = this.createDeadLetterQueue(key, limits.deadLetterRetention);
    this.queue = this.createQueue(key, limits);
    const logGroup = this.createLogGroup(key, props.name);
    const writerRole = this.createWriterRole(logGroup, props.destination);
    this.writer = this.createWriter(logGroup, writerRole, props);
    this.apiRole = this.createApiRole(key);

    const eventSource = this.connect(limits);
    this.logGroups = [logGroup];
    this.metrics = new IngestMetrics(this.queue, this.deadLetterQueue, this.writer);
    this.alarms = new IngestAlarms(this, this.metrics, MAX_RECEIVES * limits.visibilityTimeout.toSeconds());
    const { writer, apiRole, deadLetterQueue } = this;
    acknowledgeFindings({ writer, writerRole, roles: [writerRole, apiRole], eventSource, deadLetterQueue });
  }

  public get recommendedAlarms(): RecommendedAlarm[] {
    return this.alarms.recommended;
  }

  /**
   * Adds a method that leads into the queue. Any number of routes, of any number of APIs, may lead to one path.
   *
   * @param httpMethod POST, PUT or PATCH
   */
  public addRoute(resource: IResource, httpMethod: string, options: ApiRouteOptions): Method {
    const { queue, apiRole: role, props } = this;
    return addIngestMethod({ path: this, queue, role, schema: props.schema }, resource, httpMethod, options);
  }

  private createDeadLetterQueue(encryptionMasterKey: IKey, retentionPeriod: Duration): Queue {
    // No redrive allow policy: it would name the queue, which names this one, and CloudFormation can't make a circle.
    return new Queue(this, 'DeadLetterQueue', {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey,
      enforceSSL: true,
      retentionPeriod,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  private createQueue(encryptionMasterKey: IKey, { retention, visibilityTimeout }: IngestLimits): Queue {
    return new Queue(this, 'Queue', {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey,
      enforceSSL: true,
      retentionPeriod: retention,
      visibilityTimeout,
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: MAX_RECEIVES },
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  private createLogGroup(encryptionKey: IKey, name: string | undefined): LogGroup {
    return new LogGroup(this, 'WriterLogs', {
      logGroupName: name === undefined ? undefined : `/aws/lambda/${name}`,
      encryptionKey,
      retention: RetentionDays.ONE_MONTH,
    });
  }

  private createWriterRole(logGroup: LogGroup, { table }: IItemStore): Role {
    const role = new Role(this, 'WriterRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    grantIngest(table, role);
    return role;
  }

  private createWriter(logGroup: LogGroup, role: Role, { destination, keys }: BufferedIngestPathProps): LambdaFunction {
    return new LambdaFunction(this, 'Writer', {
      description: `Stores the messages of ${this.node.path}`,
      code: Code.fromAsset(join(__dirname, '..', '..', 'assets', 'buffered-ingest-path', 'batch-writer')),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout: WRITER_TIMEOUT,
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      logGroup,
      role,
      environment: writerEnvironment(destination, keys),
    });
  }

  /** What API Gateway may do in the name of a route: send to this queue. */
  private createApiRole(key: IKey): Role {
    const role = new Role(this, 'ApiRole', { assumedBy: new ServicePrincipal('apigateway.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] }));
    // Documented: "Key management" in the SQS developer guide, permissions for producers.
    role.addToPolicy(
      new PolicyStatement({
        actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
        resources: [key.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `sqs.${this.queue.env.region}.amazonaws.com` } },
      }),
    );
    return role;
  }

  private connect({ batchSize, batchWindow, maxConcurrency }: IngestLimits): CfnEventSourceMapping {
    this.queue.grantConsumeMessages(this.writer);
    const mapping = new EventSourceMapping(this, 'EventSource', {
      target: this.writer,
      eventSourceArn: this.queue.queueArn,
      batchSize,
      maxBatchingWindow: batchWindow,
      maxConcurrency,
      reportBatchItemFailures: true,
    });
    return mapping.node.defaultChild as CfnEventSourceMapping;
  }
}

/** What the handler reads, see batch-writer.lambda.ts. */
function writerEnvironment(destination: IItemStore, keys: IngestKeys): Record<string, string> {
  const { table, partitionKeyName, sortKeyName, timeToLiveAttribute, timeToLive } = destination;
  const templates = {
    [partitionKeyName]: keys.partitionKey.toString(),
    ...(sortKeyName === undefined ? {} : { [sortKeyName]: String(keys.sortKey) }),
    ...Object.fromEntries(Object.entries(keys.attributes).map(([name, template]) => [name, template.toString()])),
  };
  return {
    TABLE_NAME: table.tableName,
    PARTITION_KEY: partitionKeyName,
    ...(sortKeyName === undefined ? {} : { SORT_KEY: sortKeyName }),
    KEY_TEMPLATES: JSON.stringify(templates),
    ...(timeToLive === undefined || timeToLiveAttribute === undefined
      ? {}
      : { TIME_TO_LIVE_ATTRIBUTE: timeToLiveAttribute, TIME_TO_LIVE_SECONDS: String(timeToLive.toSeconds()) }),
  };
}
