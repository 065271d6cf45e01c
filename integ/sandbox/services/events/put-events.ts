import type { Json, JsonObject } from '../../contracts';
import { asObject, objects, strings } from '../../protocol/json';
import { ServiceError } from '../../protocol/service-error';
import { busName, DEFAULT_BUS } from './bus';
import type { NewEvent } from './run-rules';

/** Documented: PutEvents, and "Calculating PutEvents event entry size": the limit is on all entries together. */
const MOST_ENTRIES = 10;
const MAXIMUM_BYTES = 262_144;

/** An entry of PutEvents: an event, or why it fails alone. */
export type Entry = { readonly bus: string; readonly source: string; readonly detailType: string } & (
  | { readonly event: NewEvent }
  | { readonly code: string; readonly message: string }
);

/** @throws ServiceError if the whole request is rejected */
export function entriesOf({ Entries }: JsonObject): Entry[] {
  const given = objects(Entries);
  if (given.length === 0 || given.length > MOST_ENTRIES) {
    const bound = given.length === 0 ? 'greater than or equal to 1' : `less than or equal to ${MOST_ENTRIES}`;
    throw new ServiceError(
      'ValidationException',
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length ${bound}`,
    );
  }
  if (given.reduce((sum, entry) => sum + sizeOf(entry), 0) > MAXIMUM_BYTES) {
    throw new ServiceError('ValidationException', 'Total size of the entries in the request is over the limit.');
  }
  return given.map(entryOf);
}

function entryOf(entry: JsonObject): Entry {
  const { EventBusName, Source, DetailType, Detail, Resources, Time } = entry;
  const [source, detailType] = [textOf(Source), textOf(DetailType)];
  const own = { bus: busName(textOf(EventBusName) || DEFAULT_BUS), source, detailType };
  const failed = (code: string, message: string): Entry => ({ ...own, code, message });
  for (const [name, value] of [
    ['Source', source],
    ['DetailType', detailType],
    ['Detail', textOf(Detail)],
  ] as const) {
    if (value === '') return failed('InvalidArgument', `Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
  }
  if (source.startsWith('aws.')) return failed('NotAuthorizedForSourceException', 'Not authorized for the source.');
  const detail = asObject(Detail);
  if (detail === undefined) return failed('MalformedDetail', 'Detail is malformed.');
  const time = typeof Time === 'number' ? { time: Time * 1000 } : {};
  return { ...own, event: { source, detailType, detail, resources: strings(Resources), ...time } };
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function sizeOf({ Time, Source, DetailType, Detail, Resources }: JsonObject): number {
  const texts = [textOf(Source), textOf(DetailType), textOf(Detail), ...strings(Resources)];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time === undefined ? 0 : 14);
}
