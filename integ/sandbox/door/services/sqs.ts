import type { Assembly, Clock, DoorReply, DoorRequest, DoorService, Engine, JsonObject } from '../../contracts';
import { objects, strings } from '../policies/json';
import { Refusal } from '../refusal';
import { createUpstream, scopeOf } from '../upstream';
import { checksOf } from './sqs/checks';
import { type Format, queryCode, sqsError } from './sqs/errors';
import { createMoveTasks } from './sqs/move-tasks';
import { readQuery, writeQuery } from './sqs/query';
import { readQueues, TIMES } from './sqs/queues';
import { createTimes } from './sqs/times';
import { validateBatch, validateMessage, validateTimes } from './sqs/validate';

const TARGET = /^AmazonSQS\.(\w+)$/;

interface Reading {
  readonly operation: string;
  readonly input: JsonObject;
}

/**
 * SQS in front of MiniStack, in the JSON protocol and in the query protocol that API Gateway and old clients speak.
 *
 * @param policyOf the policy of a queue, as GetQueueAttributes shows it
 * @param url of the door: queue URLs in replies begin with it, because SDKs call the host of a queue's URL
 */
export function sqsService(
  assembly: Assembly,
  engine: Engine,
  clock: Clock,
  policyOf: (arn: string) => JsonObject | undefined,
  url: string,
): DoorService & { close(): void } {
  const { account, region } = assembly;
  const queues = readQueues(assembly);
  const upstream = createUpstream(engine.name, engine.url);
  const times = createTimes(clock);
  const readings = new WeakMap<DoorRequest, Reading>();
  const authorization = scopeOf('sqs', account, region);

  const ask = async (operation: string, input: JsonObject): Promise<JsonObject> => {
    const body = JSON.stringify(input.QueueUrl === undefined ? input : { ...input, QueueUrl: engineUrl(String(input.QueueUrl)) });
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}`, authorization };
    const answer = await upstream.send('/', headers, body);
    const output = JSON.parse(answer.body.toString() || '{}') as JsonObject;
    if (answer.status !== 200) {
      const code = String(output.__type).replace(/^.*#/, '');
      throw new Refusal(code === 'InvalidParameterValue' ? 'InvalidParameterValueException' : code, String(output.message), answer.status);
    }
    return operation === 'ReceiveMessage' ? withQueueBefore(output, queues.arn(String(input.QueueUrl))) : output;
  };
  /** MiniStack keeps the first source of a message that went through several queues. */
  const withQueueBefore = (output: JsonObject, arn: string): JsonObject => {
    const Messages = objects(output.Messages).map((message) => {
      const attributes = message.Attributes as JsonObject | undefined;
      const first = attributes?.DeadLetterQueueSourceArn;
      return typeof first === 'string'
        ? { ...message, Attributes: { ...attributes, DeadLetterQueueSourceArn: queues.queueBefore(arn, first) } }
        : message;
    });
    return output.Messages === undefined ? output : { ...output, Messages };
  };
  const engineUrl = (queueUrl: string) => `http://engine/${account}/${nameOf(queueUrl)}`;
  const moveTasks = createMoveTasks(queues, clock, ask);

  const read = (request: DoorRequest): Reading => {
    const known = readings.get(request) ?? readAnew(request);
    readings.set(request, known);
    return known;
  };

  return {
    name: 'sqs',
    operation: (request) => attempt(() => read(request).operation) ?? 'unknown',
    checks: (request) => {
      const { operation, input } = read(request);
      return checksOf(operation, input, queues, assembly);
    },
    error: (request, code, message, status) => sqsError(formatOf(request), code, message, status),
    refusal: (request, { check, message }) =>
      sqsError(formatOf(request), check.action.startsWith('kms:') ? 'KmsAccessDenied' : 'AccessDeniedException', message, 400),
    async handle(request) {
      const { operation, input } = read(request);
      return write(formatOf(request), operation, await carryOut(operation, input));
    },
    close() {
      moveTasks.close();
      upstream.close();
    },
  };

  async function carryOut(operation: string, input: JsonObject): Promise<JsonObject> {
    validateTimes(input);
    switch (operation) {
      case 'SendMessage':
        validateMessage(input);
        return ask(operation, times.shortened(input));
      case 'SendMessageBatch':
        return sendBatch(input);
      case 'ReceiveMessage':
        return times.received(await ask(operation, times.shortened(input)));
      case 'DeleteMessageBatch':
      case 'ChangeMessageVisibilityBatch':
        validateBatch(objects(input.Entries), operation);
        return ask(operation, { ...input, Entries: objects(input.Entries).map(times.shortened) });
      case 'GetQueueAttributes':
        return attributes(input);
      case 'SetQueueAttributes':
      case 'CreateQueue':
        return change(operation, input);
      case 'DeleteQueue':
        queues.forget(String(input.QueueUrl));
        return ask(operation, input);
      case 'ListDeadLetterSourceQueues':
        return { queueUrls: queues.sourcesOf(queues.arn(String(input.QueueUrl))).map(({ name }) => shownUrl(name)) };
      case 'GetQueueUrl':
      case 'ListQueues': {
        const output = await ask(operation, input);
        const { QueueUrl, QueueUrls } = output;
        return {
          ...output,
          ...(QueueUrl === undefined ? {} : { QueueUrl: shownUrl(nameOf(String(QueueUrl))) }),
          ...(QueueUrls === undefined ? {} : { QueueUrls: strings(QueueUrls).map((each) => shownUrl(nameOf(each))) }),
        };
      }
      case 'StartMessageMoveTask':
        return moveTasks.start(input);
      case 'ListMessageMoveTasks':
        return moveTasks.list(input);
      case 'CancelMessageMoveTask':
        return moveTasks.cancel(input);
      default:
        return ask(operation, times.shortened(input));
    }
  }

  /** An entry that SQS documents as refused fails alone. */
  async function sendBatch(input: JsonObject): Promise<JsonObject> {
    const entries = objects(input.Entries);
    validateBatch(entries, 'SendMessageBatch');
    const failed = entries.flatMap((entry): JsonObject[] => {
      const refusal = refusalOf(() => validateMessage(entry));
      return refusal ? [{ Id: entry.Id, SenderFault: true, Code: queryCode(refusal.code), Message: refusal.message }] : [];
    });
    const sound = entries.filter(({ Id }) => !failed.some((failure) => failure.Id === Id));
    const output = sound.length > 0 ? await ask('SendMessageBatch', { ...input, Entries: sound.map(times.shortened) }) : { Successful: [] };
    return { ...output, Failed: [...objects(output.Failed), ...failed] };
  }

  async function attributes(input: JsonObject): Promise<JsonObject> {
    const names = strings(input.AttributeNames);
    const output = await ask('GetQueueAttributes', input);
    const queue = queues.find(String(input.QueueUrl));
    const shown = { ...(output.Attributes as JsonObject) };
    for (const name of Object.keys(TIMES)) {
      if (queue && shown[name] !== undefined) {
        shown[name] = queue.times[name];
      }
    }
    const policy = policyOf(queues.arn(String(input.QueueUrl)));
    return {
      Attributes: policy && (names.includes('All') || names.includes('Policy')) ? { ...shown, Policy: JSON.stringify(policy) } : shown,
    };
  }

  async function change(operation: string, input: JsonObject): Promise<JsonObject> {
    const given = (input.Attributes as JsonObject | undefined) ?? {};
    if (given.Policy !== undefined) {
      throw new Refusal(
        'UnsupportedOperation',
        `The sandbox does not understand the attribute Policy of ${operation}: policies come from the template`,
      );
    }
    const output = await ask(operation, { ...input, Attributes: times.shortenedAttributes(given) });
    if (operation === 'CreateQueue') {
      queues.learn(String(input.QueueName), given);
      return { QueueUrl: shownUrl(String(input.QueueName)) };
    }
    const queue = queues.find(String(input.QueueUrl));
    for (const name of Object.keys(TIMES)) {
      if (queue && given[name] !== undefined) {
        queue.times[name] = String(given[name]);
      }
    }
    return output;
  }

  function shownUrl(name: string): string {
    return `${url}/${account}/${name}`;
  }
}

function readAnew(request: DoorRequest): Reading {
  const operation = TARGET.exec(request.headers['x-amz-target'] ?? '')?.[1];
  if (operation === undefined) {
    return readQuery(request);
  }
  try {
    return { operation, input: JSON.parse(request.body.toString() || '{}') };
  } catch {
    throw new Refusal('SerializationException', 'Start of structure or map found where not expected.');
  }
}

function formatOf({ headers }: DoorRequest): Format {
  return TARGET.test(headers['x-amz-target'] ?? '') ? 'json' : headers.accept === 'application/json' ? 'query-json' : 'xml';
}

function write(format: Format, operation: string, output: JsonObject): DoorReply {
  if (format !== 'json') {
    return writeQuery(format, operation, output);
  }
  return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(output) };
}

function nameOf(queueUrl: string): string {
  return queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
}

function refusalOf(act: () => void): Refusal | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) {
      return error;
    }
    throw error;
  }
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
