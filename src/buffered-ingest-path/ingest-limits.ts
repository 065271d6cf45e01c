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
 * A message that fails in a batch is received alone from then on, because another message of the batch may be the cause. Five receives in
 * total, as "Creating and configuring an Amazon SQS event source mapping" recommends for queues that Lambda reads.
 */
export const RECEIVES_IN_A_BATCH = 1;
/**
 * SQS continues to count when a message moves: `ApproximateReceiveCount` of a dead letter is one more than its last in the source queue. It
 * is not documented whether the redrive policy of the new queue uses that count. If it does, a message is received alone one time less.
 */
export const RECEIVES_ALONE = 4;
/** Documented: "Amazon SQS message quotas", message retention. */
const LONGEST_RETENTION = Duration.days(14);

/** The props that are validated together. */
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

/** The valid settings of queues, event sources and the writer, with defaults. */
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
  /** Time from the first receive of a message that always fails until it is in the dead-letter queue, if each receive is on time. */
  readonly timeToDeadLetter: Duration;
}

const DEFAULTS = { batchSize: 50, batchWindow: Duration.seconds(5), maxConcurrency: 10, retention: Duration.days(4) };
/** Documented: "CreateEventSourceMapping", MaximumBatchingWindowInSeconds. */
const LONGEST_WINDOW = Duration.seconds(300);

/**
 * Reports settings that the services would reject at deployment, or that could lose or duplicate messages. An invalid value is replaced by
 * its default, so that all problems are reported together at synthesis.
 */
export function ingestLimits(scope: IConstruct, props: FittingProps): IngestLimits {
  const problems = new Problems(scope);
  if (props.schema.type !== JsonSchemaType.OBJECT)
    invalid(scope, 'schema.type', props.schema.type, 'OBJECT, because items are created from JSON objects');
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
 * The timeout of the writer: twice the time of a batch if each call takes 50 ms, plus 6 seconds for retries. It is short enough that the
 * five receives of a message end within minutes (hours, for large batches with a session for each tenant). A batch size that is only known
 * at deployment gets the timeout of the largest batch.
 *
 * @param perSecond messages that the writer stores per second, see WriterVariant
 */
function writerTimeout(batchSize: number, perSecond: number): Duration {
  return Duration.seconds(6 + Math.floor((Token.isUnresolved(batchSize) ? LARGEST_BATCH : batchSize) / perSecond));
}

/**
 * The retention of the retry queue and the dead-letter queue. SQS counts from when a message was first sent, even after it moves
 * ("Setting-up dead-letter queue retention in Amazon SQS"): with a shorter retention than in the queue before, a message could expire as
 * soon as it moves. A replay sends the message again, to the retry queue: a dead letter that is kept for longer than its item could restore
 * an item that has expired.
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
    problems.add(
      'retention',
      retention,
      `less than half of the items' time to live (${timeToLive}), because dead letters need the other half`,
    );
    return { retryRetention: LONGEST_RETENTION, deadLetterRetention: LONGEST_RETENTION };
  }
  // A quarter of the remaining time, so that at least half of it is left for operators to replay dead letters.
  const retry = Math.min(first + Math.min(Duration.days(1).toSeconds(), Math.floor(spare / 4)), longest);
  return { retryRetention: Duration.seconds(retry), deadLetterRetention: Duration.seconds(Math.min(most - retry, longest)) };
}

function wholeNumber(problems: Problems, property: string, value: number, least: number, most: number, instead: number): number {
  if (Token.isUnresolved(value) || (Number.isInteger(value) && value >= least && value <= most)) return value;
  problems.add(property, value, `a whole number from ${least} to ${most}`);
  return instead;
}

/** @returns undefined if the value is invalid */
function within(problems: Problems, property: string, value: Duration, least: Duration, most: Duration): Duration | undefined {
  if (isWholeBetween(value, 'seconds', least, most)) return value;
  problems.add(property, value, wholeBetween(value, 'seconds', least, most));
  return undefined;
}

function windowOf(problems: Problems, given: Duration, batchSize: number): Duration {
  const batchWindow = within(problems, 'batchWindow', given, Duration.seconds(0), LONGEST_WINDOW);
  if (batchWindow === undefined) return DEFAULTS.batchWindow;
  if (batchWindow.isUnresolved() || Token.isUnresolved(batchSize) || batchSize <= 10 || batchWindow.toSeconds() >= 1) return batchWindow;
  problems.add('batchWindow', batchWindow, `at least 1 second, because batchSize is ${batchSize}, more than 10`);
  return DEFAULTS.batchWindow;
}

/** A window that is only known at deployment counts as the longest possible one. */
function wholeSeconds(value: Duration): number {
  return value.isUnresolved() ? LONGEST_WINDOW.toSeconds() : value.toSeconds();
}
