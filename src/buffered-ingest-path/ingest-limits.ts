import { Duration, Token } from 'aws-cdk-lib';
import { type JsonSchema, JsonSchemaType } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import type { IItemStore } from '../core';
import { checkName } from '../core/log-name';
import { refuse } from '../core/refuse';
import type { WriterIsolation } from './writer-isolation';

/** Documented: "CreateEventSourceMapping", BatchSize. */
const LARGEST_BATCH = 10_000;
/** Documented: "Creating and configuring an Amazon SQS event source mapping", at least 5 for queues that Lambda reads. */
export const MAX_RECEIVES = 5;
/** Documented: "Amazon SQS message quotas", message retention. */
const LONGEST_RETENTION = Duration.days(14);

/** The props that must fit each other. */
export interface FittingProps {
  readonly destination: IItemStore;
  readonly schema: JsonSchema;
  readonly name?: string;
  readonly batchSize?: number;
  readonly batchWindow?: Duration;
  readonly maxConcurrency?: number;
  readonly retention?: Duration;
  readonly isolation?: WriterIsolation;
}

/** The props that shape queue and event source, with their defaults, checked against each other. */
export interface IngestLimits {
  readonly batchSize: number;
  readonly batchWindow: Duration;
  readonly maxConcurrency: number;
  readonly retention: Duration;
  readonly deadLetterRetention: Duration;
  readonly timeout: Duration;
  readonly visibilityTimeout: Duration;
}

/** Refuses at synthesis what the services would refuse at deployment, and what would lose or double a message. */
export function ingestLimits(scope: IConstruct, props: FittingProps): IngestLimits {
  const batchSize = props.batchSize ?? 50;
  const batchWindow = props.batchWindow ?? Duration.seconds(5);
  const maxConcurrency = props.maxConcurrency ?? 10;
  const retention = props.retention ?? Duration.days(4);

  if (props.schema.type !== JsonSchemaType.OBJECT) refuse(scope, 'schema.type', props.schema.type, 'be OBJECT: items are made of objects');
  checkName(scope, props.name);
  // Documented: "CreateEventSourceMapping", BatchSize, MaximumBatchingWindowInSeconds and ScalingConfig.
  wholeNumber(scope, 'batchSize', batchSize, 1, LARGEST_BATCH);
  wholeNumber(scope, 'maxConcurrency', maxConcurrency, 2, 1_000);
  duration(scope, 'batchWindow', batchWindow, Duration.seconds(0), Duration.seconds(300));
  if (!Token.isUnresolved(batchSize) && batchSize > 10 && seconds(batchWindow) < 1) {
    refuse(scope, 'batchWindow', batchWindow, `be at least 1 second with a batchSize over 10 (it is ${batchSize})`);
  }

  const timeout = writerTimeout(batchSize, props.isolation?.tenants === undefined ? 500 : 40);
  const visibilityTimeout = Duration.seconds(6 * timeout.toSeconds() + wholeSeconds(batchWindow));
  duration(scope, 'retention', retention, Duration.seconds(MAX_RECEIVES * visibilityTimeout.toSeconds()), LONGEST_RETENTION);
  return {
    batchSize,
    batchWindow,
    maxConcurrency,
    retention,
    timeout,
    visibilityTimeout,
    deadLetterRetention: deadLetters(scope, props, retention),
  };
}

/**
 * Twice what a batch takes when each call takes 50 ms, with 6 seconds for retries; short enough that the five receives of a message end
 * within minutes (hours, for large batches of many tenants with a session each). A size that is only known later gets the time of the
 * largest batch.
 *
 * @param perSecond messages: 25 in a call and two calls under way make 1,000 in a second; where each tenant has its session, the worst batch
 * is one of as many tenants, with an opening and a call for each, and eight under way make 80
 */
function writerTimeout(batchSize: number, perSecond: 500 | 40): Duration {
  return Duration.seconds(6 + Math.floor((Token.isUnresolved(batchSize) ? LARGEST_BATCH : batchSize) / perSecond));
}

/** A dead letter that outlives its item would, when it is replayed, bring back what has expired. */
function deadLetters(scope: IConstruct, { destination }: FittingProps, retention: Duration): Duration {
  const { timeToLive } = destination;
  if (timeToLive === undefined || timeToLive.isUnresolved() || retention.isUnresolved()) return LONGEST_RETENTION;
  const left = timeToLive.toSeconds() - retention.toSeconds() - 1;
  // SQS counts from the first sending: with a shorter time than the queue's, a message could expire the moment that it dies.
  if (left < retention.toSeconds()) {
    refuse(
      scope,
      'retention',
      retention,
      `be less than half of the items' time to live (${timeToLive}), the other half is for dead letters`,
    );
  }
  return Duration.seconds(Math.min(left, LONGEST_RETENTION.toSeconds()));
}

function wholeNumber(scope: IConstruct, property: string, value: number, least: number, most: number): void {
  if (Token.isUnresolved(value) || (Number.isInteger(value) && value >= least && value <= most)) return;
  refuse(scope, property, value, `be a whole number from ${least} to ${most}`);
}

function duration(scope: IConstruct, property: string, value: Duration, least: Duration, most: Duration): void {
  if (value.isUnresolved()) return;
  const length = seconds(value);
  if (Number.isInteger(length) && length >= least.toSeconds() && length <= most.toSeconds()) return;
  refuse(scope, property, value, `be whole seconds, from ${least.toSeconds()} to ${most.toSeconds()}`);
}

function seconds(value: Duration): number {
  return value.toSeconds({ integral: false });
}

/** Queues can't count with tokens: a window that is only known later gets the longest that it can be. */
function wholeSeconds(value: Duration): number {
  return value.isUnresolved() ? 300 : value.toSeconds();
}
