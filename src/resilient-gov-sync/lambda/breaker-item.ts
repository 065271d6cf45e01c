import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Breaker, CLOSED } from './breaker';

/** The breaker as it was read, with the version that a change must still find. */
export interface VersionedBreaker {
  readonly breaker: Breaker;
  readonly version: number;
}

/** A conditional update of the item of the API. */
export interface BreakerUpdate {
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeValues: Record<string, AttributeValue>;
}

const NUMBERS = ['failures', 'openings', 'openedAt', 'openUntil', 'probeUntil'] as const;

/** Reads the breaker of the item of the API. Without one, it is closed. */
export function readBreaker(item: Readonly<Record<string, AttributeValue>> = {}): VersionedBreaker {
  const number = (name: string) => Number(item[name]?.N ?? 0);
  if (item.breaker?.S === undefined) return { breaker: CLOSED, version: 0 };
  const breaker: Breaker = {
    state: item.breaker.S as Breaker['state'],
    ...{ failures: number('failures'), openings: number('openings'), openedAt: number('openedAt') },
    ...{ openUntil: number('openUntil'), probeUntil: number('probeUntil'), probeOwner: item.probeOwner?.S },
  };
  return { breaker, version: number('breakerVersion') };
}

/** Writes a breaker if nobody else wrote one since it was read. */
export function writeBreaker(read: VersionedBreaker, next: Breaker): BreakerUpdate {
  const { state, probeOwner } = next;
  const numbers = NUMBERS.map((name) => [`:${name}`, { N: String(next[name]) }] as const);
  const sets = ['breaker = :state', 'breakerVersion = :next', ...NUMBERS.map((name) => `${name} = :${name}`)];
  const owner = probeOwner === undefined ? 'REMOVE probeOwner' : '';
  if (probeOwner !== undefined) sets.push('probeOwner = :probeOwner');
  return {
    UpdateExpression: `SET ${sets.join(', ')} ${owner}`.trim(),
    ConditionExpression: read.version === 0 ? 'attribute_not_exists(breakerVersion)' : 'breakerVersion = :version',
    ExpressionAttributeValues: {
      ...Object.fromEntries(numbers),
      ...{ ':state': { S: state }, ':next': { N: String(read.version + 1) } },
      ...(read.version === 0 ? {} : { ':version': { N: String(read.version) } }),
      ...(probeOwner === undefined ? {} : { ':probeOwner': { S: probeOwner } }),
    },
  };
}
