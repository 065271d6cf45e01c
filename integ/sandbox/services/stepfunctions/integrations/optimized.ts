import type { JsonObject } from '../../../contracts';
import { TaskFailure } from '../run/failure';
import type { ReadIntegration } from './integration';
import { SdkFailure } from './services';

/** Integrations that Step Functions has optimized, with the prefix of their errors and the name in the errors of other problems. */
const OPTIMIZED: Readonly<Record<string, { readonly prefix: string; readonly other: string; readonly actions: readonly string[] }>> = {
  dynamodb: { prefix: 'DynamoDB', other: 'AmazonDynamoDBException', actions: ['getItem', 'putItem', 'updateItem', 'deleteItem'] },
  sqs: { prefix: 'SQS', other: 'AmazonSQSException', actions: ['sendMessage'] },
  s3: { prefix: 'S3', other: 'AmazonS3Exception', actions: ['getObject', 'putObject', 'deleteObject', 'listObjectsV2'] },
  athena: {
    ...{ prefix: 'Athena', other: 'AmazonAthenaException' },
    actions: ['startQueryExecution', 'stopQueryExecution', 'getQueryExecution', 'getQueryResults'],
  },
};

/** Documented: "Integrating optimized services with Step Functions". */
export const optimized: ReadIntegration = (resource) => {
  const [, service, action] = /^arn:[^:]+:states:::(\w{1,40}):(\w{1,60})$/.exec(resource) ?? [];
  const known = OPTIMIZED[service ?? ''];
  if (known === undefined || !known.actions.includes(action)) return undefined;
  return {
    ...{ resourceType: service, resource: action, lost: `${known.prefix}.SdkClientException` },
    run: (given, { run }) => call(() => run.services.call(service, action, withText(given as JsonObject)), service),
  };
};

/** Calls a service, with the error names of the optimized integrations. @throws TaskFailure */
export async function call<T>(work: () => Promise<T>, service: string): Promise<T> {
  const { prefix, other } = OPTIMIZED[service];
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SdkFailure)) throw error;
    const { code, modelled, message, status, requestId } = error;
    if (code === undefined) throw new TaskFailure(`${prefix}.SdkClientException`, message);
    const cause = `${message} (Service: Amazon${prefix}; Status Code: ${status}; Error Code: ${code}; Request ID: ${requestId}; Proxy: null)`;
    throw new TaskFailure(`${prefix}.${modelled ? `${code.replace(/(Exception|Error)$/, '')}Exception` : other}`, cause);
  }
}

/** Documented for SQS: a message that is an object is sent as JSON. */
function withText(given: JsonObject): JsonObject {
  const { MessageBody } = given;
  return typeof MessageBody === 'object' && MessageBody !== null ? { ...given, MessageBody: JSON.stringify(MessageBody) } : given;
}
