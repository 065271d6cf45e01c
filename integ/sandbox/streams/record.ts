import type { Json, JsonObject } from '../contracts';
import { objectOf } from '../protocol/json';

/** A record of a stream as pipes and functions receive it. */
export interface StreamEvent {
  readonly sequenceNumber: string;
  /** When the change was made, in milliseconds of the sandbox's clock. */
  readonly at: number;
  /** The record as JSON, as in the user guides of Lambda and of EventBridge Pipes. */
  readonly event: JsonObject;
}

/** A record of GetRecords as an event. The API writes the members of `userIdentity` with capitals, and events do not. */
export function eventOf(record: JsonObject, streamArn: string): StreamEvent {
  const dynamodb = objectOf(record.dynamodb);
  const { PrincipalId, Type } = objectOf(record.userIdentity);
  const identity: Record<string, Json> = PrincipalId === undefined ? {} : { userIdentity: { type: Type, principalId: PrincipalId } };
  return {
    sequenceNumber: String(dynamodb.SequenceNumber),
    at: Number(dynamodb.ApproximateCreationDateTime) * 1000,
    event: { ...record, ...identity, eventSourceARN: streamArn },
  };
}
