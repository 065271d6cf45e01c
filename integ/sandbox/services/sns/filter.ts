import type { Json, JsonObject } from '../../contracts';
import { asObject } from '../../protocol/json';
import { eventPattern } from '../../streams/event-pattern';
import type { Attributes, Message } from './message';

/** The filter policy of a subscription. */
export interface Filter {
  readonly policy: JsonObject;
  readonly scope: 'MessageAttributes' | 'MessageBody';
  accepts(message: Message): boolean;
}

/** Documented: "Filter policy constraints in Amazon SNS". */
const MAXIMUM_KEYS = 5;
const MAXIMUM_COMBINATIONS = 150;
const MAXIMUM_BYTES = 262_144;

/**
 * Documented: "Amazon SNS subscription filter policies". The values of attributes are compared as what they are: a Number as a number, the
 * elements of a String.Array each.
 *
 * @throws if AWS would reject it
 */
export function filterOf(policy: JsonObject, scope = 'MessageAttributes'): Filter {
  if (scope !== 'MessageAttributes' && scope !== 'MessageBody') {
    throw new Error(`FilterPolicyScope: Invalid value [${scope}]. Please use either MessageBody or MessageAttributes`);
  }
  checkSize(policy, scope);
  const matches = eventPattern(JSON.stringify(policy), 'all');
  const accepts =
    scope === 'MessageBody'
      ? ({ text }: Message) => {
          const body = asObject(text);
          return body !== undefined && matches(body);
        }
      : // Documented: `exists: false` only matches if at least one attribute is present.
        ({ attributes }: Message) => Object.keys(attributes).length > 0 && matches(values(attributes));
  return { policy, scope, accepts };
}

function checkSize(policy: JsonObject, scope: Filter['scope']): void {
  let keys = 0;
  let combinations = 1;
  const visit = (part: JsonObject, depth: number): void => {
    for (const [name, value] of Object.entries(part)) {
      if (name === '$or' && Array.isArray(value)) {
        for (const one of value) visit(one as JsonObject, depth);
        continue;
      }
      if (Array.isArray(value)) {
        keys += 1;
        combinations *= value.length * depth;
      } else if (scope === 'MessageBody' && typeof value === 'object' && value !== null) {
        visit(value, depth + 1);
      } else {
        throw new Error(`FilterPolicy: "${name}" must be ${scope === 'MessageBody' ? 'an object or an array' : 'an array'}`);
      }
    }
  };
  visit(policy, 1);
  if (keys > MAXIMUM_KEYS) throw new Error(`FilterPolicy: Filter policy can not have more than ${MAXIMUM_KEYS} keys`);
  if (combinations > MAXIMUM_COMBINATIONS) throw new Error('FilterPolicy: Filter policy is too complex');
  if (Buffer.byteLength(JSON.stringify(policy)) > MAXIMUM_BYTES) throw new Error('FilterPolicy: Filter policy is too long');
}

/** What a policy compares. A binary value cannot be compared. */
function values(attributes: Attributes): JsonObject {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, { type, value }]) => (type.startsWith('Binary') ? [] : [[name, comparable(type, value)]])),
  );
}

function comparable(type: string, value: string): Json {
  if (type.startsWith('Number')) return Number(value);
  return type === 'String.Array' ? (JSON.parse(value) as Json) : value;
}
