import { LONGEST_WAIT_MS } from '../limits';
import { afterCall, CLOSED, mayCall, permissionOf } from './breaker';
import { readBreaker, writeBreaker } from './breaker-item';
import type { Dependencies } from './steps/dependencies';
import { intervalMs, reserveTurn } from './turns';

/** Somebody else changed the item in between: each try has read it again. */
const MOST_TRIES = 50;

export type Turn = { readonly turn: number } | { readonly waitUntil: number; readonly reason: string };

/** Reserves the next turn, or says until when no call is made. A probe of the breaker is a turn as well. */
export async function takeTurn(child: string, from: number, { table, rules, now }: Dependencies): Promise<Turn> {
  const { rate } = rules;
  const latest = from + LONGEST_WAIT_MS;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    for (const { turn, ...update } of reserveTurn(from, latest, rate)) {
      const old = await table.updateApi(update);
      if (old !== undefined) return { turn: turn(old.nextSendAt?.N === undefined ? undefined : Number(old.nextSendAt.N)) };
    }
    const item = await table.readApi();
    const read = readBreaker(item);
    if (read.version === 0) {
      await table.updateApi(writeBreaker(read, CLOSED));
      continue;
    }
    const nextSendAt = Number(item?.nextSendAt?.N ?? 0);
    const permission = permissionOf(read.breaker, now(), child);
    if (permission.may === 'wait') return { waitUntil: permission.until, reason: 'the circuit breaker is open' };
    if (nextSendAt > latest) return { waitUntil: latest, reason: 'the API asked not to be called' };
    if (permission.may === 'call') continue;
    const turn = Math.max(from, nextSendAt);
    const update = writeBreaker(read, { ...permission.next, probeUntil: permission.next.probeUntil + turn - now() });
    const written = await table.updateApi({
      ...update,
      UpdateExpression: update.UpdateExpression.replace('SET ', 'SET nextSendAt = :nextSendAt, '),
      ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ':nextSendAt': { N: String(turn + intervalMs(rate)) } },
    });
    if (written !== undefined) return { turn };
  }
  return { waitUntil: now() + 1_000, reason: 'others reserve turns' };
}

/** Whether this child may make its call now: the breaker lets it, and the API did not ask to wait since the turn was reserved. */
export async function isCallAllowed(child: string, { table, now }: Dependencies): Promise<boolean> {
  const item = await table.readApi();
  return now() >= Number(item?.heldUntil?.N ?? 0) && mayCall(readBreaker(item).breaker, now(), child);
}

/** Counts the result of a call. @returns the state of the breaker, if it has changed */
export async function countCall(child: string, succeeded: boolean, { table, now }: Dependencies): Promise<string | undefined> {
  for (;;) {
    const read = readBreaker(await table.readApi());
    const next = afterCall(read.breaker, succeeded, now(), child);
    if (next === read.breaker) return undefined;
    if ((await table.updateApi(writeBreaker(read, next))) !== undefined) return next.state === read.breaker.state ? undefined : next.state;
  }
}

/** Holds all calls until a time: also those whose turns are reserved already, which are given up. */
export async function holdCalls(until: number, { table }: Dependencies): Promise<void> {
  for (const attribute of ['heldUntil', 'nextSendAt']) {
    await table.updateApi({
      UpdateExpression: `SET ${attribute} = :until`,
      ConditionExpression: `attribute_not_exists(${attribute}) OR ${attribute} < :until`,
      ExpressionAttributeValues: { ':until': { N: String(until) } },
    });
  }
}
