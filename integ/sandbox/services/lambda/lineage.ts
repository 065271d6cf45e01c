import { createHash } from 'node:crypto';
import type { Json } from '../../contracts';
import { objectOf, objects } from '../../protocol/json';

/** How often functions were invoked in the chain of an event, by the id of the function. */
export type Lineage = ReadonlyMap<string, number>;

/** Documented: "Use Lambda recursive loop detection to prevent infinite loops": approximately 16 invocations in one chain. */
const MOST_INVOCATIONS = 16;
const FIELD = 'Lineage=';

/** Lambda stopped a function that invokes itself through a queue. */
export class RecursiveInvocation extends Error {
  public override readonly name = 'RecursiveInvocationException';
}

/**
 * The chain of an event of a queue, with one more invocation of a function. SDKs send the trace header of an invocation with their calls,
 * and SQS keeps it with a message.
 *
 * @throws when the function was invoked too often in this chain, unless it allows that
 */
export function invokedAgain(event: Json, functionArn: string, isAllowed: boolean): Lineage {
  const lineage = lineageOf(event);
  const id = createHash('sha256').update(functionArn).digest('hex').slice(0, 8);
  const count = (lineage.get(id) ?? 0) + 1;
  if (count > MOST_INVOCATIONS && !isAllowed) {
    throw new RecursiveInvocation(`${functionArn} was invoked ${MOST_INVOCATIONS} times in one chain, and its RecursiveLoop is not Allow`);
  }
  return new Map([...lineage, [id, count]]);
}

/** The part of a trace header. */
export function lineageField(lineage: Lineage): string {
  return FIELD + [...lineage].map(([id, count]) => `${id}:${count}`).join('|');
}

/** The highest counts of the records of a batch. */
function lineageOf(event: Json): Lineage {
  const all = objects(objectOf(event).Records).flatMap((record) => {
    const header = String(objectOf(objectOf(record).attributes).AWSTraceHeader ?? '');
    const field = header.split(';').find((part) => part.startsWith(FIELD));
    return field === undefined ? [] : field.slice(FIELD.length).split('|');
  });
  const lineage = new Map<string, number>();
  for (const [id, count] of all.map((part) => part.split(':'))) lineage.set(id, Math.max(lineage.get(id) ?? 0, Number(count)));
  return lineage;
}
