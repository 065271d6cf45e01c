import type { JsonObject } from '../../contracts';
import { objects } from '../../protocol/json';
import { ServiceError } from '../../protocol/service-error';

/** Limits of a message: "Amazon SQS message quotas" and SendMessage (SQS API Reference). */
export const MAXIMUM_BYTES = 1_048_576;
const MAXIMUM_ATTRIBUTES = 10;
const ALLOWED = '#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF';
// biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that SQS rejects are control characters
const NOT_ALLOWED = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const GROUP = /^[A-Za-z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]{1,128}$/;
const ATTRIBUTE_NAME = /^(?!\.|.*\.\.|.*\.$|(?:aws|amazon)\.)[A-Za-z0-9_.-]{1,256}$/i;

/** Throws if SQS would reject the message. */
export function validateMessage(message: JsonObject): void {
  const body = String(message.MessageBody ?? '');
  if (body === '') {
    throw new ServiceError('MissingParameter', 'The request must contain the parameter MessageBody.');
  }
  const character = NOT_ALLOWED.exec(body);
  if (character) {
    throw new ServiceError(
      'InvalidMessageContents',
      `Invalid binary character '${spelled(character[0])}' was found in the message body, the set of allowed characters is ${ALLOWED}`,
    );
  }
  const attributes = Object.entries((message.MessageAttributes as Record<string, JsonObject> | undefined) ?? {});
  if (attributes.length > MAXIMUM_ATTRIBUTES) {
    throw invalid(`Number of message attributes [${attributes.length}] exceeds the allowed maximum [${MAXIMUM_ATTRIBUTES}].`);
  }
  for (const [name, value] of attributes) {
    validateAttribute(name, value);
  }
  for (const name of ['MessageGroupId', 'MessageDeduplicationId']) {
    if (message[name] !== undefined && !GROUP.test(String(message[name]))) {
      throw invalid(
        `Value ${message[name]} for parameter ${name} is invalid. Reason: ${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
      );
    }
  }
  inRange(message, 'DelaySeconds', 0, 900);
  if (sizeOf(message) > MAXIMUM_BYTES) {
    throw invalid(`One or more parameters are invalid. Reason: Message must be shorter than ${MAXIMUM_BYTES} bytes.`);
  }
}

/** Throws if SQS would reject the whole batch; each entry is validated separately. */
export function validateBatch(entries: readonly JsonObject[], operation: string): void {
  if (entries.length === 0) {
    throw new ServiceError('EmptyBatchRequest', `There should be at least one ${operation}RequestEntry in the request.`);
  }
  if (entries.length > 10) {
    throw new ServiceError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    );
  }
  const ids = entries.map(({ Id }) => String(Id ?? ''));
  const repeated = ids.find((id, at) => ids.indexOf(id) < at);
  if (ids.some((id) => !/^[A-Za-z0-9_-]{1,80}$/.test(id))) {
    throw new ServiceError(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
  }
  if (repeated !== undefined) {
    throw new ServiceError('BatchEntryIdsNotDistinct', `Id ${repeated} repeated.`);
  }
  const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (bytes > MAXIMUM_BYTES) {
    throw new ServiceError(
      'BatchRequestTooLong',
      `Batch requests cannot be longer than ${MAXIMUM_BYTES} bytes. You have sent ${bytes} bytes.`,
    );
  }
}

/** Throws if a number is present and out of range. */
export function inRange(input: JsonObject, name: string, least: number, most: number): void {
  const value = input[name];
  if (value !== undefined && value !== null && !(Number.isInteger(value) && Number(value) >= least && Number(value) <= most)) {
    throw invalid(`Value ${value} for parameter ${name} is invalid. Reason: Must be >= ${least} and <= ${most}, if provided.`);
  }
}

/** Throws if a time or count of a request or a batch entry is out of range. */
export function validateTimes(input: JsonObject): void {
  for (const entry of [input, ...objects(input.Entries)]) {
    inRange(entry, 'VisibilityTimeout', 0, 43_200);
  }
  inRange(input, 'WaitTimeSeconds', 0, 20);
  inRange(input, 'MaxNumberOfMessages', 1, 10);
}

function validateAttribute(name: string, { DataType, StringValue, BinaryValue }: JsonObject): void {
  if (!ATTRIBUTE_NAME.test(name)) {
    throw invalid(
      `The message attribute name '${name}' is invalid: 1 to 256 of A-Z, a-z, 0-9, underscore, hyphen and period, no period at either end or twice in a row, not beginning with AWS. or Amazon.`,
    );
  }
  const type = String(DataType ?? '');
  if (type === '') {
    throw invalid(`The message attribute '${name}' must contain non-empty message attribute type.`);
  }
  if (!/^(String|Number|Binary)(\..{1,249})?$/.test(type)) {
    throw invalid(
      `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    );
  }
  const value = type.startsWith('Binary') ? BinaryValue : StringValue;
  if (value === undefined || value === null || value === '') {
    throw invalid(`The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`);
  }
  const character = type.startsWith('Binary') ? null : NOT_ALLOWED.exec(String(value));
  if (character) {
    throw invalid(
      `Invalid binary character '${spelled(character[0])}' was found in the message attribute '${name}' value, the set of allowed characters is ${ALLOWED}`,
    );
  }
  if (type.startsWith('Number') && !/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(String(value))) {
    throw invalid(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
}

/** The size of a message in bytes: its body, and the names, types and values of its attributes. */
export function sizeOf(message: JsonObject): number {
  const attributes = Object.entries((message.MessageAttributes as Record<string, JsonObject> | undefined) ?? {});
  return attributes.reduce(
    (sum, [name, { DataType, StringValue, BinaryValue }]) =>
      sum +
      bytes(name) +
      bytes(DataType) +
      (BinaryValue === undefined ? bytes(StringValue) : Buffer.from(String(BinaryValue), 'base64').length),
    bytes(message.MessageBody),
  );
}

function bytes(text: unknown): number {
  return typeof text === 'string' ? Buffer.byteLength(text) : 0;
}

function spelled(character: string): string {
  return `#x${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterValueException', message);
}
