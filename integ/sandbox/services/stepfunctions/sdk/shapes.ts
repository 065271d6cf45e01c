import type { Json, JsonObject } from '../../../contracts';

/** The parameters as the SDK takes them: binary values of DynamoDB are Base64, bodies and payloads that are objects become JSON. */
export function toSdk(service: string, parameters: JsonObject): Record<string, unknown> {
  if (service === 'dynamodb') return withBinary(parameters) as Record<string, unknown>;
  const { Body, Payload } = parameters;
  return {
    ...parameters,
    ...(service === 's3' && Body !== undefined && typeof Body !== 'string' ? { Body: JSON.stringify(Body) } : {}),
    ...(service === 'lambda' && Payload !== undefined ? { Payload: JSON.stringify(Payload) } : {}),
  };
}

function withBinary(value: Json): unknown {
  if (Array.isArray(value)) return value.map(withBinary);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value);
  const [[name, only] = []] = members;
  if (members.length === 1 && name === 'B' && typeof only === 'string') return { B: Buffer.from(only, 'base64') };
  return Object.fromEntries(members.map(([key, member]) => [key, withBinary(member)]));
}

/** The output as a state gets it: bodies are text, binary values Base64, and dates as ISO 8601. */
export async function fromSdk(service: string, output: Record<string, unknown>): Promise<JsonObject> {
  const { $metadata: _, ...members } = output;
  const entries = await Promise.all(
    Object.entries(members).map(async ([name, value]) => [name, await plain(service, name, value)] as const),
  );
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as JsonObject;
}

interface Body {
  transformToString(encoding?: string): Promise<string>;
}

async function plain(service: string, name: string, value: unknown): Promise<Json | undefined> {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object' && value !== null && 'transformToString' in value) return (value as Body).transformToString('utf-8');
  if (value instanceof Uint8Array) return Buffer.from(value).toString(service === 'lambda' && name === 'Payload' ? 'utf8' : 'base64');
  if (value instanceof Set) return plain(service, name, [...value]);
  if (Array.isArray(value)) return (await Promise.all(value.map((item) => plain(service, name, item)))) as Json;
  if (typeof value === 'object' && value !== null) return fromSdk(service, value as Record<string, unknown>);
  return value as Json | undefined;
}
