import { asObject } from '../../protocol/json';
import { ServiceError } from '../../protocol/service-error';

/** A message attribute. A binary value is in Base64. */
export interface Attribute {
  readonly type: string;
  readonly value: string;
}

export type Attributes = Readonly<Record<string, Attribute>>;

/** What is published. */
export interface Publication {
  readonly message: string;
  readonly subject?: string;
  /** `json`: the message has a text for each protocol. */
  readonly structure?: string;
  readonly attributes: Attributes;
}

/** A message as a subscriber gets it. */
export interface Message {
  readonly id: string;
  readonly topicArn: string;
  readonly subject?: string;
  readonly text: string;
  readonly attributes: Attributes;
  /** Milliseconds since the epoch, by the clock. */
  readonly at: number;
}

/** Documented: Publish: the message with its attributes. */
export const MAXIMUM_BYTES = 262_144;
/** Documented: "Amazon SNS message attributes". */
const NAME = /^(?!AWS\.|Amazon\.|\.)[\w.-]{1,256}$/i;
const TYPE = /^(String|String\.Array|Number|Binary)(\.[\w.-]{1,200})?$/;
/** Documented: Subject: printable ASCII that starts with a letter, a digit or punctuation, less than 100 characters. */
const SUBJECT = /^[!-~][ -~]{0,99}$/;

const invalid = (reason: string) => new ServiceError('InvalidParameter', `Invalid parameter: ${reason}`);

/** @throws ServiceError as Publish does */
export function validate({ message, subject, structure, attributes }: Publication): void {
  if (message === '') throw invalid('Empty message');
  if (sizeOf({ message, attributes }) > MAXIMUM_BYTES) throw invalid('Message too long');
  if (subject !== undefined && !SUBJECT.test(subject)) throw invalid('Subject');
  if (structure !== undefined && structure !== 'json') throw invalid(`MessageStructure: ${structure}`);
  if (structure === 'json') {
    const texts = asObject(message);
    if (texts === undefined) throw invalid('Message Structure - JSON message body failed to parse');
    if (typeof texts.default !== 'string') throw invalid('Message Structure - No default entry in JSON message body');
  }
  for (const [name, attribute] of Object.entries(attributes)) checkAttribute(name, attribute);
}

function checkAttribute(name: string, { type, value }: Attribute): void {
  const wrong = (reason: string) => new ServiceError('ParameterValueInvalid', `The message attribute '${name}' ${reason}`);
  if (!NAME.test(name)) throw wrong('has an invalid name');
  if (!TYPE.test(type))
    throw wrong(`has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`);
  if (value === '') throw wrong(`must contain non-empty message attribute value for message attribute type '${type}'.`);
  if (type.startsWith('Number') && !/^[+-]?\d{1,38}(\.\d{1,38})?(e[+-]?\d{1,3})?$/i.test(value)) {
    throw wrong(`has a value that is not a number for message attribute type '${type}'.`);
  }
  if (type === 'String.Array' && !isArray(value)) throw wrong('has a value that is not a list for message attribute type String.Array.');
}

/** Documented: an array has strings, numbers, booleans and null, and no arrays. */
function isArray(value: string): boolean {
  try {
    const parsed: unknown = JSON.parse(value);
    return Array.isArray(parsed) && parsed.every((one) => one === null || typeof one !== 'object');
  } catch {
    return false;
  }
}

/** The bytes that count. */
export function sizeOf({ message, attributes }: Pick<Publication, 'message' | 'attributes'>): number {
  return Object.entries(attributes).reduce(
    (sum, [name, { type, value }]) =>
      sum +
      Buffer.byteLength(name) +
      Buffer.byteLength(type) +
      (type.startsWith('Binary') ? Buffer.byteLength(value, 'base64') : Buffer.byteLength(value)),
    Buffer.byteLength(message),
  );
}

/** The text for a protocol: of a message with a text for each, its own or the default one. */
export function textFor(protocol: string, { message, structure }: Pick<Publication, 'message' | 'structure'>): string {
  if (structure !== 'json') return message;
  const texts = asObject(message) ?? {};
  const own = Object.hasOwn(texts, protocol) ? texts[protocol] : undefined;
  return typeof own === 'string' ? own : String(texts.default);
}
