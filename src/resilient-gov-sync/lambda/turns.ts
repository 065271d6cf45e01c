/** How the rate of calls is kept. */
export interface Rate {
  /** The most calls in any second. */
  readonly maxPerSecond: number;
  /** How long after its turn a call may be made, in milliseconds. */
  readonly latenessMs: number;
}

/** A conditional update of the item of the API, with the old value of `nextSendAt` as its result. */
export interface TurnUpdate {
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeValues: Readonly<Record<string, { readonly N: string } | { readonly S: string }>>;
  /** The turn, if the update succeeds. */
  turn(oldNextSendAt: number | undefined): number;
}

/**
 * Milliseconds between two turns. A call can be late by `latenessMs`, so that calls of one second can have turns of a second and
 * `latenessMs`: in any such time there are at most `maxPerSecond` turns.
 */
export function intervalMs({ maxPerSecond, latenessMs }: Rate): number {
  return Math.ceil((1_000 + latenessMs) / maxPerSecond);
}

/** Whether the call may still be made in its turn. */
export function isInTurn(turn: number, now: number, { latenessMs }: Rate): boolean {
  return now >= turn && now < turn + latenessMs;
}

/**
 * The updates that reserve the next turn, to be tried in this order until one succeeds. If both fail and the breaker is closed, somebody
 * else reserved a turn in between, or turns are reserved up to the latest one: read the item, and try again.
 *
 * @param latest no turn after it is reserved
 */
export function reserveTurn(now: number, latest: number, rate: Rate): readonly [TurnUpdate, TurnUpdate] {
  const interval = intervalMs(rate);
  const closed = { ':closed': { S: 'CLOSED' } };
  return [
    {
      UpdateExpression: 'SET nextSendAt = nextSendAt + :interval',
      ConditionExpression: 'breaker = :closed AND nextSendAt BETWEEN :now AND :latest',
      ExpressionAttributeValues: { ...closed, ':now': number(now), ':latest': number(latest), ':interval': number(interval) },
      turn: (oldNextSendAt) => oldNextSendAt ?? now,
    },
    {
      UpdateExpression: 'SET nextSendAt = :next',
      ConditionExpression: 'breaker = :closed AND (attribute_not_exists(nextSendAt) OR nextSendAt < :now)',
      ExpressionAttributeValues: { ...closed, ':now': number(now), ':next': number(now + interval) },
      turn: () => now,
    },
  ];
}

function number(value: number): { readonly N: string } {
  return { N: String(value) };
}
