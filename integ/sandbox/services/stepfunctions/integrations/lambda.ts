import type { Json, JsonObject } from '../../../contracts';
import { TaskFailure } from '../run/failure';
import type { ReadIntegration } from './integration';
import type { Services } from './services';

/** The ARN of a function as the resource of a state: its result is the payload. */
export const functionResource: ReadIntegration = (resource) =>
  /^arn:[^:]+:lambda:[^:]+:\d+:function:/.test(resource)
    ? {
        resourceType: 'lambda',
        resource,
        functionArn: resource,
        lost: LOST,
        run: (given, { run }) => invoke(run.services, resource, given),
      }
    : undefined;

/** Documented: "Invoke an AWS Lambda function with Step Functions": the integration returns the payload with metadata. */
export const lambdaInvoke: ReadIntegration = (resource) =>
  /^arn:[^:]+:states:::lambda:invoke$/.test(resource)
    ? {
        ...{ resourceType: 'lambda', resource: 'invoke', lost: LOST },
        async run(given, { run }) {
          const { FunctionName, Payload = {} } = given as JsonObject;
          const payload = await invoke(run.services, String(FunctionName), Payload);
          return { ExecutedVersion: '$LATEST', Payload: payload, SdkHttpMetadata: { HttpStatusCode: 200 }, StatusCode: 200 };
        },
      }
    : undefined;

/** Documented: "Handle Lambda service exceptions". */
const LOST = 'Lambda.SdkClientException';

async function invoke(services: Services, functionName: string, input: Json): Promise<Json> {
  const { functionError, payload } = await services.invoke(functionName, input);
  if (functionError === undefined) return payload;
  const reported = payload as { errorType?: string };
  throw new TaskFailure(reported.errorType ?? 'Lambda.Unknown', JSON.stringify(reported));
}
