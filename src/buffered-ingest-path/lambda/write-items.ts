import type { AttributeValue } from './attribute-value';

export type Item = Readonly<Record<string, AttributeValue>>;

/** One parameterised statement of a `BatchExecuteStatement`. */
export interface Statement {
  readonly Statement: string;
  readonly Parameters: readonly AttributeValue[];
}

/** What DynamoDB answers to one statement, in the order of the statements. */
export interface StatementAnswer {
  readonly Error?: { readonly Code?: string };
}

/** What writing depends on: a test passes its own. */
export interface WriterDependencies {
  /** One `BatchExecuteStatement`; rejects when the call as a whole fails or takes longer than the milliseconds given. */
  readonly send: (statements: readonly Statement[], timeout: number) => Promise<readonly StatementAnswer[]>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** At least 0 and below 1. */
  readonly random: () => number;
}

/** The result of one item: an error code, or that it is in the table. */
export type Outcome = 'written' | 'duplicate' | { readonly errorCode: string; readonly reason?: string };

/** Documented: "BatchExecuteStatement", at most 25 statements. */
export const STATEMENTS_PER_CALL = 25;
const CONCURRENT_CALLS = 2;
const CALL_TIMEOUT = 3_000;
const SHORTEST_CALL = 50;
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 1_000;

/** Documented: "BatchStatementError" and "Error handling with DynamoDB"; the first are of statements, the last of calls. */
const transient = new Set([
  'InternalServerError',
  'ProvisionedThroughputExceeded',
  'RequestLimitExceeded',
  'ThrottlingError',
  'TransactionConflict',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceededException',
  'ThrottlingException',
]);

/**
 * Inserts items that all have different keys, and answers what became of each, in their order. Never rejects.
 *
 * @param deadline when to have answered, in milliseconds since the epoch
 */
export async function writeItems(
  tableName: string,
  items: readonly Item[],
  deadline: number,
  dependencies: WriterDependencies,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = items.map(() => ({ errorCode: 'OutOfTime' }));
  const chunks = Array.from({ length: Math.ceil(items.length / STATEMENTS_PER_CALL) }, (_, chunk) =>
    items.slice(chunk * STATEMENTS_PER_CALL, (chunk + 1) * STATEMENTS_PER_CALL).map((item, index) => ({
      statement: insertStatement(tableName, item),
      settle: (outcome: Outcome) => {
        outcomes[chunk * STATEMENTS_PER_CALL + index] = outcome;
      },
    })),
  );
  const waiting = chunks.values();
  const work = async () => {
    for (const chunk of waiting) await writeChunk(chunk, deadline, dependencies);
  };
  await Promise.all(Array.from({ length: CONCURRENT_CALLS }, work));
  return outcomes;
}

/** Always parameterised: a value can't become syntax. DynamoDB rejects one parameter for the whole map. */
export function insertStatement(tableName: string, item: Item): Statement {
  const members = Object.keys(item).map((name) => `'${name.replaceAll("'", "''")}': ?`);
  return { Statement: `INSERT INTO "${tableName}" VALUE {${members.join(', ')}}`, Parameters: Object.values(item) };
}

interface Pending {
  readonly statement: Statement;
  settle(outcome: Outcome): void;
}

/** Sends a chunk, and what of it met a transient error again, with full jitter, while there is time. */
async function writeChunk(chunk: readonly Pending[], deadline: number, dependencies: WriterDependencies): Promise<void> {
  let pending = chunk;
  for (let attempt = 0; pending.length > 0; attempt++) {
    const timeLeft = deadline - dependencies.now();
    if (timeLeft < SHORTEST_CALL) return;
    let answers: readonly StatementAnswer[];
    try {
      answers = await dependencies.send(
        pending.map(({ statement }) => statement),
        Math.min(CALL_TIMEOUT, timeLeft),
      );
    } catch (error) {
      const code = errorCode(error);
      if (code === 'ValidationException' && pending.length > 1) return writeHalves(pending, deadline, dependencies);
      for (const { settle } of pending) settle({ errorCode: code });
      if (!isTransientCall(error)) return;
      if (!(await pause(attempt, deadline, dependencies))) return;
      continue;
    }
    pending = pending.filter((one, index) => {
      const outcome = outcomeOf(answers[index]);
      one.settle(outcome);
      return typeof outcome === 'object' && transient.has(outcome.errorCode);
    });
    if (pending.length > 0 && !(await pause(attempt, deadline, dependencies))) return;
  }
}

/** DynamoDB rejected the call for something in it: halving finds the one message, so that it fails alone. */
async function writeHalves(chunk: readonly Pending[], deadline: number, dependencies: WriterDependencies): Promise<void> {
  const middle = Math.ceil(chunk.length / 2);
  await writeChunk(chunk.slice(0, middle), deadline, dependencies);
  await writeChunk(chunk.slice(middle), deadline, dependencies);
}

async function pause(attempt: number, deadline: number, dependencies: WriterDependencies): Promise<boolean> {
  const milliseconds = dependencies.random() * Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** attempt);
  if (dependencies.now() + milliseconds >= deadline) return false;
  await dependencies.sleep(milliseconds);
  return true;
}

function outcomeOf(answer: StatementAnswer | undefined): Outcome {
  if (answer === undefined) return { errorCode: 'NoAnswer' };
  if (answer.Error === undefined) return 'written';
  return answer.Error.Code === 'DuplicateItem' ? 'duplicate' : { errorCode: answer.Error.Code ?? 'Unknown' };
}

function errorCode(error: unknown): string {
  return error instanceof Error ? error.name : 'Unknown';
}

/** A call that was throttled, failed inside the service, or whose answer never came: an insert can be sent again without harm. */
function isTransientCall(error: unknown): boolean {
  const { $metadata, code } = error as { $metadata?: { httpStatusCode?: number }; code?: unknown };
  const name = errorCode(error);
  const neverAnswered = name === 'AbortError' || name === 'TimeoutError' || typeof code === 'string';
  return transient.has(name) || neverAnswered || ($metadata?.httpStatusCode ?? 0) >= 500;
}
