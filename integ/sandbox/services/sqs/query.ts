import { randomUUID } from 'node:crypto';
import type { Json, JsonObject, ServiceReply, ServiceRequest } from '../../contracts';
import { type Lists, listsOf, readForm } from '../../protocol/form';
import { objects, strings } from '../../protocol/json';
import { queryReply } from '../../protocol/query';
import { ServiceError } from '../../protocol/service-error';
import { element, type Xml } from '../../protocol/xml';
import { type Format, NAMESPACE } from './errors';

const NUMBERS = [
  'VisibilityTimeout',
  'DelaySeconds',
  'WaitTimeSeconds',
  'MaxNumberOfMessages',
  'MaxResults',
  'MaxNumberOfMessagesPerSecond',
];
const TEXTS = [
  ...['QueueName', 'QueueUrl', 'MessageBody', 'ReceiptHandle', 'QueueNamePrefix', 'QueueOwnerAWSAccountId', 'NextToken', 'MessageGroupId'],
  ...['MessageDeduplicationId', 'ReceiveRequestAttemptId', 'SourceArn', 'DestinationArn', 'TaskHandle'],
];
const FIELDS = ['Id', ...TEXTS, ...NUMBERS];
const LISTS = new Map([
  ['AttributeName', 'AttributeNames'],
  ['MessageSystemAttributeName', 'MessageSystemAttributeNames'],
  ['MessageAttributeName', 'MessageAttributeNames'],
  ['TagKey', 'TagKeys'],
]);
const VALUE = '(Name|Value\\.(DataType|StringValue|BinaryValue))';
const ENTRY = `(Id|MessageBody|ReceiptHandle|VisibilityTimeout|DelaySeconds|MessageGroupId|MessageDeduplicationId|MessageAttribute\\.\\d+\\.${VALUE})`;
const KNOWN = new RegExp(
  `^(Action|Version|${[...NUMBERS, ...TEXTS].join('|')}|(${[...LISTS.keys()].join('|')})\\.\\d+|(Attribute|Tag)\\.\\d+\\.(Name|Key|Value)|` +
    `Message(System)?Attribute\\.\\d+\\.${VALUE}|\\w+BatchRequestEntry\\.\\d+\\.${ENTRY})$`,
);

/** Converts a request of the query protocol to the input of the JSON protocol. Rejects an unknown parameter by name. */
export function readQuery(request: Pick<ServiceRequest, 'url' | 'body'>): { operation: string; input: JsonObject } {
  const form = readForm(request);
  const operation = form.get('Action');
  if (operation === undefined) {
    throw new ServiceError('MissingAction', 'The request must contain the parameter Action.');
  }
  const unknown = [...form.keys()].find((name) => !KNOWN.test(name));
  if (unknown !== undefined) {
    throw new ServiceError('InvalidParameterValueException', `The parameter ${unknown} is not supported`);
  }
  const path = request.url.replace(/\?.*$/, '');
  const lists = listsOf(form);
  const input: JsonObject = { ...(path.split('/').length === 3 ? { QueueUrl: path } : {}), ...fields(form, lists) };
  for (const [list, name] of LISTS) {
    const values = lists.get(list)?.map((member) => member.get('') ?? '');
    if (values) {
      input[name] = values;
    }
  }
  const attributes = lists.get('Attribute');
  if (attributes) {
    input.Attributes = Object.fromEntries(attributes.map((member) => [member.get('Name') ?? '', member.get('Value') ?? '']));
  }
  const tags = lists.get('Tag');
  if (tags) {
    input.Tags = Object.fromEntries(tags.map((member) => [member.get('Key') ?? '', member.get('Value') ?? '']));
  }
  if (operation.endsWith('Batch')) {
    input.Entries = (lists.get(`${operation}RequestEntry`) ?? []).map((entry) => fields(entry, listsOf(entry)));
  }
  return { operation, input };
}

function fields(form: ReadonlyMap<string, string>, lists: Lists): JsonObject {
  const found: JsonObject = {};
  for (const name of FIELDS) {
    const value = form.get(name);
    if (value !== undefined) {
      found[name] = NUMBERS.includes(name) ? number(name, value) : value;
    }
  }
  for (const kind of ['MessageAttribute', 'MessageSystemAttribute']) {
    const attributes = lists.get(kind);
    if (attributes) {
      const names = attributes.map((member) => member.get('Name') ?? '');
      if (new Set(names).size < names.length) {
        throw new ServiceError('InvalidParameterValueException', `Message (user) attribute name is given twice: ${names.join(', ')}`);
      }
      found[`${kind}s`] = Object.fromEntries(attributes.map((member) => [member.get('Name') ?? '', attributeValue(member)]));
    }
  }
  return found;
}

function attributeValue(member: ReadonlyMap<string, string>): JsonObject {
  const value: JsonObject = {};
  for (const name of ['DataType', 'StringValue', 'BinaryValue']) {
    const text = member.get(`Value.${name}`);
    if (text !== undefined) {
      value[name] = text;
    }
  }
  return value;
}

function number(name: string, value: string): number {
  if (!/^-?\d+$/.test(value)) {
    throw new ServiceError(
      'InvalidParameterValueException',
      `Value ${value} for parameter ${name} is invalid. Reason: Must be an integer.`,
    );
  }
  return Number(value);
}

/** The response to a request of the query protocol. */
export function writeQuery(format: Format, operation: string, output: JsonObject): ServiceReply {
  if (format === 'query-json') {
    if (operation !== 'SendMessage') {
      throw new ServiceError('UnsupportedOperation', `The sandbox does not support JSON responses of ${operation} in the query protocol`);
    }
    const { MessageId, MD5OfMessageBody, MD5OfMessageAttributes = null, SequenceNumber = null } = output;
    const SendMessageResult = { MD5OfMessageAttributes, MD5OfMessageBody, MD5OfMessageSystemAttributes: null, MessageId, SequenceNumber };
    const body = JSON.stringify({ SendMessageResponse: { SendMessageResult, ResponseMetadata: { RequestId: randomUUID() } } });
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const result = Object.entries(output).flatMap(([name, value]) => members(operation, name, value));
  return queryReply(NAMESPACE, operation, result.length > 0 || operation === 'ReceiveMessage' ? result : undefined);
}

/** Lists and maps are flattened: one XML element per member. */
function members(operation: string, name: string, value: Json): Xml[] {
  switch (name) {
    case 'Messages':
      return objects(value).map((message) =>
        element(
          'Message',
          Object.entries(message).flatMap(([field, content]) => members(operation, field, content)),
        ),
      );
    case 'Attributes':
      return pairs(value).map(([key, text]) => element('Attribute', [element('Name', key), element('Value', String(text))]));
    case 'Tags':
      return pairs(value).map(([key, text]) => element('Tag', [element('Key', key), element('Value', String(text))]));
    case 'MessageAttributes':
      return pairs(value).map(([key, content]) =>
        element('MessageAttribute', [element('Name', key), element('Value', texts(content as JsonObject))]),
      );
    case 'Successful':
      return objects(value).map((entry) => element(`${operation}ResultEntry`, texts(entry)));
    case 'Failed':
      return objects(value).map((entry) => element('BatchResultErrorEntry', texts(entry)));
    case 'Results':
      return objects(value).map((entry) => element('ListMessageMoveTasksResultEntry', texts(entry)));
    case 'QueueUrls':
    case 'queueUrls':
      return strings(value).map((url) => element('QueueUrl', url));
    default:
      return [element(name, String(value))];
  }
}

function pairs(value: Json): [string, Json][] {
  return Object.entries(value as JsonObject);
}

function texts(entry: JsonObject): Xml[] {
  return Object.entries(entry).map(([name, value]) => element(name, String(value)));
}
