import { Duration, Token } from 'aws-cdk-lib';
import { type JsonSchema, JsonSchemaType } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import type { IItemStore } from '../core';
import { invalid } from '../core/private/base/invalid';
import { isWholeBetween, wholeBetween } from '../core/private/duration-range';
import { checkName } from '../core/private/log-name';
import { Problems } from '../core/private/problems';
import { WriterIsolation } from './writer-isolation';

/** Documented: "CreateEventSourceMapping", BatchSize. */
const LARGEST_BATCH = 10_000;
/**
 * A message that fails in a batch is received alone from then on: what else was in the batch may be the reason. Five receives in all, as
 * "Creating and configuring an Amazon SQS event source mapping" advises for queues that Lambda reads.
 */
export const RECEIVES_IN_A_BATCH = 1;
/**
 * SQS goes on counting when a message moves: `ApproximateReceiveCount` of a dead letter is one more than its last in the source queue.
 * Whether the redrive policy of its new queue uses that count is not documented. If it does, a message is received alone one time less.
 */
export const RECEIVES_ALONE = 4;
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
  readonly retryRetention: Duration;
  readonly deadLetterRetention: Duration;
  readonly timeout: Duration;
  readonly visibilityTimeout: Duration;
  readonly retryVisibilityTimeout: Duration;
  /** From the first receive of a message that always fails until it is a dead letter, when none of its receives is late. */
  readonly timeToDeadLetter: Duration;
}

const DEFAULTS = { batchSize: 50, batchWindow: Duration.seconds(5), maxConcurrency: 10, retention: Duration.days(4) };
/** Documented: "CreateEventSourceMapping", MaximumBatchingWindowInSeconds. */
const LONGEST_WINDOW = Duration.seconds(300);

/**
 * Reports when the app is synthesized what the services would reject at deployment, and what would lose or double a message. In place of a value that is
 * wrong it goes on with the default, so that all that is wrong is found.
 */
export function ingestLimits(scope: IConstruct, props: FittingProps): IngestLimits {
  const problems = new Problems(scope);
  if (props.schema.type !== JsonSchemaType.OBJECT) invalid(scope, 'schema.type', props.schema.type, 'OBJECT: items are made of objects');
  checkName(problems, props.name);
  // Documented: "CreateEventSourceMapping", BatchSize and ScalingConfig.
  const batchSize = wholeNumber(problems, 'batchSize', props.batchSize ?? DEFAULTS.batchSize, 1, LARGEST_BATCH, DEFAULTS.batchSize);
  const maxConcurrency = wholeNumber(
    problems,
    'maxConcurrency',
    props.maxConcurrency ?? DEFAULTS.maxConcurrency,
    2,
    1_000,
    DEFAULTS.maxConcurrency,
  );
  const batchWindow = windowOf(problems, props.batchWindow ?? DEFAULTS.batchWindow, batchSize);

  const timeout = writerTimeout(batchSize, (props.isolation ?? WriterIsolation.pooled())._variant.messagesPerSecond);
  const retryVisibilityTimeout = Duration.seconds(6 * timeout.toSeconds());
  const visibilityTimeout = retryVisibilityTimeout.plus(Duration.seconds(wholeSeconds(batchWindow)));
  const timeToDeadLetter = Duration.seconds(
    RECEIVES_IN_A_BATCH * visibilityTimeout.toSeconds() + RECEIVES_ALONE * retryVisibilityTimeout.toSeconds(),
  );
  const retention =
    within(problems, 'retention', props.retention ?? DEFAULTS.retention, timeToDeadLetter, LONGEST_RETENTION) ?? LONGEST_RETENTION;
  return {
    batchSize,
    batchWindow,
    maxConcurrency,
    retention,
    timeout,
    visibilityTimeout,
    retryVisibilityTimeout,
    timeToDeadLetter,
    ...laterRetentions(problems, props, retention),
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
function writerTimeout(batchSize: number, perSecond: number): Duration {
  return Duration.seconds(6 + Math.floor((Token.isUnresolved(batchSize) ? LARGEST_BATCH : batchSize) / perSecond));
}

/**
 * How long the queues behind the first keep a message. SQS counts from the first sending in each of them ("Setting-up dead-letter queue
 * retention in Amazon SQS"): with a shorter time than that of the queue before, a message could expire the moment that it moves. A replay
 * is a new sending, into the retry queue: a dead letter that outlives its item by then would bring back what has expired.
 */
function laterRetentions(
  problems: Problems,
  { destination }: FittingProps,
  retention: Duration,
): Pick<IngestLimits, 'retryRetention' | 'deadLetterRetention'> {
  const { timeToLive } = destination;
  if (retention.isUnresolved()) return { retryRetention: LONGEST_RETENTION, deadLetterRetention: LONGEST_RETENTION };
  const longest = LONGEST_RETENTION.toSeconds();
  const first = retention.toSeconds();
  const most = timeToLive === undefined || timeToLive.isUnresolved() ? 2 * longest : timeToLive.toSeconds() - 1;
  const spare = most - 2 * first;
  if (spare < 0) {
    problems.add('retention', retention, `less than half of the items' time to live (${timeToLive}), the other half is for dead letters`);
    return { retryRetention: LONGEST_RETENTION, deadLetterRetention: LONGEST_RETENTION };
  }
  // A quarter of what is left, so that dead letters have half of it to be looked at.
  const retry = Math.min(first + Math.min(Duration.days(1).toSeconds(), Math.floor(spare / 4)), longest);
  return { retryRetention: Duration.seconds(retry), deadLetterRetention: Duration.seconds(Math.min(most - retry, longest)) };
}

function wholeNumber(problems: Problems, property: string, value: number, least: number, most: number, instead: number): number {
  if (Token.isUnresolved(value) || (Number.isInteger(value) && value >= least && value <= most)) return value;
  problems.add(property, value, `a whole number from ${least} to ${most}`);
  return instead;
}

/** @returns undefined where the value is wrong */
function within(problems: Problems, property: string, value: Duration, least: Duration, most: Duration): Duration | undefined {
  if (isWholeBetween(value, 'seconds', least, most)) return value;
  problems.add(property, value, wholeBetween(value, 'seconds', least, most));
  return undefined;
}

function windowOf(problems: Problems, given: Duration, batchSize: number): Duration {
  const batchWindow = within(problems, 'batchWindow', given, Duration.seconds(0), LONGEST_WINDOW);
  if (batchWindow === undefined) return DEFAULTS.batchWindow;
  if (batchWindow.isUnresolved() || Token.isUnresolved(batchSize) || batchSize <= 10 || batchWindow.toSeconds() >= 1) return batchWindow;
  problems.add('batchWindow', batchWindow, `at least 1 second with a batchSize over 10 (it is ${batchSize})`);
  return DEFAULTS.batchWindow;
}

/** Queues can't count with tokens: a window that is only known later gets the longest that it can be. */
function wholeSeconds(value: Duration): number {
  return value.isUnresolved() ? LONGEST_WINDOW.toSeconds() : value.toSeconds();
}
