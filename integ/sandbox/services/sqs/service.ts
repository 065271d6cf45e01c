import type { Assembly, Clock, EndpointService, Engine, JsonObject, Metrics, ServiceReply, ServiceRequest } from '../../contracts';
import { type AwsJson, jsonEngine, jsonInput, jsonOperation, jsonReply } from '../../protocol/aws-json';
import { objects, strings } from '../../protocol/json';
import { ServiceError } from '../../protocol/service-error';
import { checksOf } from './checks';
import { engineError, type Format, queryCode, sqsError } from './errors';
import { queueMetrics } from './metrics';
import { createMoveTasks } from './move-tasks';
import { readQuery, writeQuery } from './query';
import { TIMES } from './queue';
import { readQueues } from './queues';
import { createSends } from './sends';
import { createTimes } from './times';
import { validateBatch, validateMessage, validateTimes } from './validate';

export const PROTOCOL: AwsJson = { target: 'AmazonSQS', version: '1.0' };

/**
 * SQS's API, served by MiniStack, with the JSON protocol and with the query protocol that API Gateway and old clients use.
 *
 * @param policyOf the policy of a queue, which GetQueueAttributes returns
 * @param url of the endpoint: queue URLs in responses begin with it, because SDKs call the host of the queue URL
 */
export function sqsService(
  assembly: Assembly,
  engine: Engine,
  clock: Clock,
  policyOf: (arn: string) => JsonObject | undefined,
  url: string,
  metrics: Metrics,
): EndpointService & { close(): void } {
  const { account } = assembly;
  const queues = readQueues(assembly);
  const engineOf = jsonEngine(engine, 'sqs', PROTOCOL, assembly);
  const times = createTimes(clock);

  const call = async (operation: string, input: JsonObject): Promise<JsonObject> => {
    const sent = input.QueueUrl === undefined ? input : { ...input, QueueUrl: engineUrl(String(input.QueueUrl)) };
    const output = await engineOf.call(operation, sent).catch((error: unknown) => {
      throw error instanceof ServiceError ? engineError(error.code, error.message, error.status) : error;
    });
    return operation === 'ReceiveMessage' ? withQueueBefore(output, queues.arn(String(input.QueueUrl))) : output;
  };
  /** Replaces the source queue of a message that moved through several queues, for which MiniStack returns the first one. */
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
  const measured = queueMetrics(metrics, clock, (operation, input) =>
    engineOf.call(operation, { ...input, QueueUrl: engineUrl(String(input.QueueUrl)) }),
  );
  for (const { name } of queues.all()) measured.observe(name);
  const moveTasks = createMoveTasks(queues, clock, call);
  const send = createSends(call);

  return {
    name: 'sqs',
    read(request) {
      const json = jsonOperation(PROTOCOL, request);
      const { operation, input } = json === undefined ? readQuery(request) : { operation: json, input: jsonInput(request) };
      const format = json === undefined ? queryFormat(request) : 'json';
      return {
        operation,
        checks: () => checksOf(operation, input, queues, assembly),
        async execute() {
          const output = await execute(operation, traced(operation, input, request.headers));
          if (input.QueueUrl !== undefined) measured.happened(nameOf(String(input.QueueUrl)), operation, output);
          return write(format, operation, output);
        },
      };
    },
    error: (request, code, message, status) => sqsError(formatOf(request), code, message, status),
    denied: (request, { check, message }) =>
      sqsError(formatOf(request), check.action.startsWith('kms:') ? 'KmsAccessDenied' : 'AccessDeniedException', message, 400),
    close() {
      moveTasks.close();
      measured.close();
      engineOf.close();
    },
  };

  async function execute(operation: string, input: JsonObject): Promise<JsonObject> {
    validateTimes(input);
    switch (operation) {
      case 'SendMessage':
        validateMessage(input);
        return send(times.shortened(input));
      case 'SendMessageBatch':
        return sendBatch(input);
      case 'ReceiveMessage':
        return times.received(await call(operation, times.shortened(input)));
      case 'DeleteMessageBatch':
      case 'ChangeMessageVisibilityBatch':
        validateBatch(objects(input.Entries), operation);
        return call(operation, { ...input, Entries: objects(input.Entries).map(times.shortened) });
      case 'GetQueueAttributes':
        return attributes(input);
      case 'SetQueueAttributes':
      case 'CreateQueue':
        return change(operation, input);
      case 'DeleteQueue':
        queues.remove(String(input.QueueUrl));
        return call(operation, input);
      case 'ListDeadLetterSourceQueues':
        return { queueUrls: queues.sourcesOf(queues.arn(String(input.QueueUrl))).map(({ name }) => shownUrl(name)) };
      case 'GetQueueUrl':
      case 'ListQueues': {
        const output = await call(operation, input);
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
        return call(operation, times.shortened(input));
    }
  }

  /** An invalid entry fails alone. */
  async function sendBatch(input: JsonObject): Promise<JsonObject> {
    const entries = objects(input.Entries);
    validateBatch(entries, 'SendMessageBatch');
    const failed = entries.flatMap((entry): JsonObject[] => {
      const error = errorOf(() => validateMessage(entry));
      return error ? [{ Id: entry.Id, SenderFault: true, Code: queryCode(error.code), Message: error.message }] : [];
    });
    const sound = entries.filter(({ Id }) => !failed.some((failure) => failure.Id === Id));
    const output = sound.length > 0 ? await sendSound({ ...input, Entries: sound.map(times.shortened) }) : { Successful: [] };
    return { ...output, Failed: [...objects(output.Failed), ...failed] };
  }

  /** MiniStack drops system attributes of a batch: its entries are sent alone then, in order. */
  async function sendSound(input: JsonObject): Promise<JsonObject> {
    const entries = objects(input.Entries);
    if (entries.every(({ MessageSystemAttributes }) => MessageSystemAttributes === undefined)) return call('SendMessageBatch', input);
    const Successful: JsonObject[] = [];
    const Failed: JsonObject[] = [];
    for (const { Id, ...message } of entries) {
      try {
        Successful.push({ Id, ...(await call('SendMessage', { QueueUrl: input.QueueUrl, ...message })) });
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        Failed.push({ Id, SenderFault: true, Code: queryCode(error.code), Message: error.message });
      }
    }
    return { Successful, Failed };
  }

  async function attributes(input: JsonObject): Promise<JsonObject> {
    const names = strings(input.AttributeNames);
    const output = await call('GetQueueAttributes', input);
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
      throw new ServiceError(
        'UnsupportedOperation',
        `The sandbox does not support the attribute Policy of ${operation}: policies come from the template`,
      );
    }
    const output = await call(operation, { ...input, Attributes: times.shortenedAttributes(given) });
    if (operation === 'CreateQueue') {
      queues.add(String(input.QueueName), given);
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

/**
 * Messages with the trace header of the call that sends them (documented: "Amazon SQS and AWS X-Ray"), if it comes from a function: then it
 * has a lineage, by which Lambda ends recursive loops.
 */
function traced(operation: string, input: JsonObject, { 'x-amzn-trace-id': header = '' }: ServiceRequest['headers']): JsonObject {
  if (!header.includes('Lineage=')) return input;
  const own = { AWSTraceHeader: { DataType: 'String', StringValue: header } };
  const add = (message: JsonObject): JsonObject => ({ MessageSystemAttributes: own, ...message });
  if (operation === 'SendMessage') return add(input);
  return operation === 'SendMessageBatch' ? { ...input, Entries: objects(input.Entries).map(add) } : input;
}

function formatOf(request: ServiceRequest): Format {
  return jsonOperation(PROTOCOL, request) === undefined ? queryFormat(request) : 'json';
}

function queryFormat({ headers }: ServiceRequest): Format {
  return headers.accept === 'application/json' ? 'query-json' : 'xml';
}

function write(format: Format, operation: string, output: JsonObject): ServiceReply {
  return format === 'json' ? jsonReply(PROTOCOL, output) : writeQuery(format, operation, output);
}

function nameOf(queueUrl: string): string {
  return queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
}

function errorOf(act: () => void): ServiceError | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof ServiceError) {
      return error;
    }
    throw error;
  }
}
