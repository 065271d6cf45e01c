import type { Json, JsonObject } from '../../contracts';
import { objectOf, objects } from '../../protocol/json';
import type { Delivery } from '../../streams/consumer';
import { queueUrl } from '../../streams/queue-messages';
import type { ServiceCaller } from '../../streams/service-caller';
import type { TemplatePipe } from './pipe';

/** Calls the batch API of the target, even for one event. Documented: "Amazon EventBridge Pipes batching and concurrency". */
export function sendToTarget(
  caller: ServiceCaller,
  { target }: TemplatePipe,
  inputs: readonly Json[],
  ids: readonly string[],
): Promise<Delivery> {
  switch (target.kind) {
    case 'firehose':
      return putRecords(caller, target.arn, inputs);
    case 'sqs':
      return sendMessages(caller, target.arn, inputs);
    case 'lambda':
      return invoke(caller, target.arn, inputs, ids);
  }
}

const asText = (input: Json): string => (typeof input === 'string' ? input : JSON.stringify(input));

async function putRecords(caller: ServiceCaller, arn: string, inputs: readonly Json[]): Promise<Delivery> {
  const Records = inputs.map((input) => ({ Data: Buffer.from(asText(input)).toString('base64') }));
  const { RequestResponses } = await caller.json('firehose', 'Firehose_20150804', 'PutRecordBatch', {
    DeliveryStreamName: arn.slice(arn.indexOf('/') + 1),
    Records,
  });
  const responses = objects(RequestResponses);
  const failed = responses.flatMap(({ ErrorCode }, index) => (ErrorCode === undefined ? [] : [index]));
  const [first] = failed;
  return { failed, ...(first === undefined ? {} : { reason: `${responses[first].ErrorCode}: ${responses[first].ErrorMessage}` }) };
}

async function sendMessages(caller: ServiceCaller, arn: string, inputs: readonly Json[]): Promise<Delivery> {
  const Entries = inputs.map((input, index) => ({ Id: String(index), MessageBody: asText(input) }));
  const { Failed } = await caller.json('sqs', 'AmazonSQS', 'SendMessageBatch', { QueueUrl: queueUrl(arn), Entries });
  const failures = objects(Failed);
  const [first] = failures;
  return {
    failed: failures.map(({ Id }) => Number(Id)),
    ...(first === undefined ? {} : { reason: `${first.Code}: ${first.Message}` }),
  };
}

async function invoke(caller: ServiceCaller, arn: string, inputs: readonly Json[], ids: readonly string[]): Promise<Delivery> {
  const output = objectOf(await invokeFunction(caller, arn, [...inputs]));
  const reported = objects(output.batchItemFailures).map(({ itemIdentifier }) => String(itemIdentifier));
  return { failed: ids.flatMap((id, index) => (reported.includes(id) ? [index] : [])) };
}

/** The result of a function. @throws if the function fails */
export async function invokeFunction(caller: ServiceCaller, arn: string, events: Json[]): Promise<Json> {
  const { headers, body } = await caller.send('lambda', {
    ...{ method: 'POST', url: `/2015-03-31/functions/${encodeURIComponent(arn)}/invocations`, body: JSON.stringify(events) },
    headers: { 'content-type': 'application/json' },
  });
  const result = JSON.parse(body.toString() || 'null') as Json;
  if (headers['X-Amz-Function-Error'] === undefined) return result;
  throw new Error(`The function ${arn} failed: ${(objectOf(result) as JsonObject).errorMessage ?? 'Unhandled'}`);
}
