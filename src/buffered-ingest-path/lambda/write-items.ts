import type { AttributeValue } from './attribute-value';
import { CALL_TIMEOUT_MS, errorCode, isTransient, isTransientCall, MIN_CALL_TIME_MS, type Pace, pause } from './retry';

export type Item = Readonly<Record<string, AttributeValue>>;

/** One parameterized statement of a `BatchExecuteStatement`. */
export interface Statement {
  readonly Statement: string;
  readonly Parameters: readonly AttributeValue[];
}

/** DynamoDB's response to one statement. */
export interface StatementAnswer {
  readonly Error?: { readonly Code?: string };
}

/** External dependencies, replaced in tests. */
export interface WriterDependencies extends Pace {
  /**
   * Sends one `BatchExecuteStatement` for the requests with these correlation ids. Rejects if the whole call fails, or takes longer than
   * `timeout` milliseconds.
   */
  readonly send: (
    statements: readonly Statement[],
    timeout: number,
    correlationIds: readonly string[],
  ) => Promise<readonly StatementAnswer[]>;
}

/** The result for one item. */
export type Outcome = 'written' | 'duplicate' | { readonly errorCode: string; readonly reason?: string };

/** Documented: "BatchExecuteStatement", Statements. */
export const STATEMENTS_PER_CALL = 25;
const CONCURRENT_CALLS = 2;

/**
 * Inserts items and returns one outcome for each, in order. No two items may have the same key. Never rejects.
 *
 * @param deadline when writing must end, in milliseconds since the epoch
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
      correlationId: correlationIdOf(item),
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

/**
 * Every value is a parameter, so that no value can become syntax. One for each attribute, because DynamoDB rejects a parameter for a whole
 * item.
 */
export function insertStatement(tableName: string, item: Item): Statement {
  const members = Object.keys(item).map((name) => `'${name.replaceAll("'", "''")}': ?`);
  return { Statement: `INSERT INTO "${tableName}" VALUE {${members.join(', ')}}`, Parameters: Object.values(item) };
}

function correlationIdOf({ correlationId }: Item): string | undefined {
  return correlationId !== undefined && 'S' in correlationId ? correlationId.S : undefined;
}

interface Pending {
  readonly statement: Statement;
  readonly correlationId: string | undefined;
  settle(outcome: Outcome): void;
}

/** Sends a chunk, and retries statements that failed with a transient error, with full jitter, until the deadline. */
async function writeChunk(chunk: readonly Pending[], deadline: number, dependencies: WriterDependencies): Promise<void> {
  let pending = chunk;
  for (let attempt = 0; pending.length > 0; attempt++) {
    const timeLeft = deadline - dependencies.now();
    if (timeLeft < MIN_CALL_TIME_MS) return;
    let answers: readonly StatementAnswer[];
    try {
      answers = await dependencies.send(
        pending.map(({ statement }) => statement),
        Math.min(CALL_TIMEOUT_MS, timeLeft),
        pending.flatMap(({ correlationId = [] }) => correlationId),
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
      return typeof outcome === 'object' && isTransient(outcome.errorCode);
    });
    if (pending.length > 0 && !(await pause(attempt, deadline, dependencies))) return;
  }
}

/** After DynamoDB rejected a whole call as invalid: splits the chunk until the invalid item fails alone. */
async function writeHalves(chunk: readonly Pending[], deadline: number, dependencies: WriterDependencies): Promise<void> {
  const middle = Math.ceil(chunk.length / 2);
  await writeChunk(chunk.slice(0, middle), deadline, dependencies);
  await writeChunk(chunk.slice(middle), deadline, dependencies);
}

function outcomeOf(answer: StatementAnswer | undefined): Outcome {
  if (answer === undefined) return { errorCode: 'NoAnswer' };
  if (answer.Error === undefined) return 'written';
  return answer.Error.Code === 'DuplicateItem' ? 'duplicate' : { errorCode: answer.Error.Code ?? 'Unknown' };
}
