import type { Assembly, Endpoint, Invocation, Json } from '../../contracts';
import type { FunctionConfiguration } from './configuration';
import type { Destination } from './invoke-config';
import { sendToQueue } from './send-to-queue';

/** The result of an asynchronous event. */
export interface Ended {
  readonly condition: 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';
  readonly invocations: number;
  readonly event: Json;
  /** The last one. */
  readonly invocation: Invocation;
  /** In milliseconds of the sandbox's clock. */
  readonly at: number;
}

export interface DestinationParts {
  readonly assembly: Assembly;
  readonly endpoint: Pick<Endpoint, 'url' | 'assumeAsService' | 'denial'>;
  invokeLater(functionArn: string, event: Json): void;
}

/** The record that a destination receives. Documented: "Capturing records of Lambda asynchronous invocations". */
export function recordOf(functionArn: string, { condition, invocations, event, invocation, at }: Ended): Json {
  const { requestId, functionError, payload } = invocation;
  return {
    version: '1.0',
    timestamp: new Date(at).toISOString(),
    requestContext: {
      requestId,
      functionArn: functionArn.split(':').length > 7 ? functionArn : `${functionArn}:$LATEST`,
      condition,
      approximateInvokeCount: invocations,
    },
    requestPayload: event,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', ...(functionError === undefined ? {} : { functionError }) },
    responsePayload: payload,
  };
}

/**
 * Sends the record of an event to a destination, with the function's role.
 *
 * @throws errors of the destination's service
 */
export async function sendRecord(
  { assembly, endpoint, invokeLater }: DestinationParts,
  configuration: FunctionConfiguration,
  { kind, arn }: Destination,
  record: Json,
): Promise<void> {
  if (kind === 'function') {
    const denied = endpoint.denial({ roleArn: configuration.roleArn }, { action: 'lambda:InvokeFunction', resource: arn, context: {} });
    if (denied !== undefined) throw new Error(denied);
    return invokeLater(arn, record);
  }
  const queue = assembly.byArn(arn);
  if (queue === undefined) throw new Error(assembly.whyLeftOut(arn) ?? `${arn} is not a queue of the assembly`);
  await sendToQueue(assembly, endpoint, configuration, { QueueUrl: assembly.ref(queue), MessageBody: JSON.stringify(record) });
}
