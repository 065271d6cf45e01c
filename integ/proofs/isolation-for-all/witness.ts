import type { Condition } from '../isolation/statements';
import type { Answer } from './solver';

const DAY = 86_400_000;
/** An address of "IPv4 Address Blocks Reserved for Documentation" (RFC 5737). */
const SOMEWHERE = '192.0.2.1';
const ELSEWHERE = '198.51.100.1';

/** Condition keys that give the comparisons of a query the results of its answer. A key that is missing gives most of them already. */
export function witnesses(
  comparisons: readonly { readonly name: string; readonly condition: Condition }[],
  answer: Answer['values'],
): Record<string, string> {
  return Object.fromEntries(
    comparisons.flatMap(({ name, condition }) => {
      const holds = answer[name] === true;
      const ifMissing = /IfExists$|Not/i.test(condition.operator);
      const value = holds === ifMissing ? undefined : witness(condition, holds);
      return value === undefined ? [] : [[condition.key.toLowerCase(), value]];
    }),
  );
}

/**
 * A value of the condition key with which a comparison that the encoding leaves open has the result that the solver has chosen: of a number, a
 * date or an address. Undefined for other comparisons.
 */
export function witness({ operator, values }: Condition, holds: boolean): string | undefined {
  const [, kind, comparison] = /^(?:ForAllValues:|ForAnyValue:)?(Numeric|Date)(.*?)(?:IfExists)?$/i.exec(operator) ?? [];
  const [value] = values;
  if (kind?.toLowerCase() === 'numeric') return moved(comparison, holds, Number(value), 1, String);
  if (kind?.toLowerCase() === 'date') return moved(comparison, holds, Date.parse(value), DAY, (time) => new Date(time).toISOString());
  const address = /^(?:ForAllValues:|ForAnyValue:)?(Not)?IpAddress(?:IfExists)?$/i.exec(operator);
  if (address === null) return undefined;
  const inside = value.split('/')[0];
  return holds === (address[1] === undefined) ? inside : inside.startsWith('192.0.2.') ? ELSEWHERE : SOMEWHERE;
}

/** The value itself, or the next one below or above it. */
function moved(comparison: string, holds: boolean, value: number, step: number, text: (value: number) => string): string | undefined {
  if (Number.isNaN(value)) return undefined;
  const [ifTrue, ifFalse] = MOVES[comparison.toLowerCase()] ?? [];
  const by = holds ? ifTrue : ifFalse;
  return by === undefined ? undefined : text(value + by * step);
}

const MOVES: Readonly<Record<string, readonly [ifTrue: number, ifFalse: number]>> = {
  equals: [0, 1],
  notequals: [1, 0],
  lessthan: [-1, 0],
  lessthanequals: [0, 1],
  greaterthan: [1, 0],
  greaterthanequals: [0, -1],
};
