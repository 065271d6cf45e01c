import type { JsonObject } from '../../../contracts';
import { NotSupported } from '../definition/not-supported';
import { TaskFailure } from '../run/failure';
import { SDK_SERVICES } from '../sdk/packages';
import type { ReadIntegration } from './integration';
import { SdkFailure } from './services';

/** Documented: "Learning to use AWS service SDK integrations in Step Functions". */
export const awsSdk: ReadIntegration = (resource, where) => {
  const [, service, action] = /^arn:[^:]+:states:::aws-sdk:([a-z0-9]{1,60}):([a-z]\w{1,80})$/.exec(resource) ?? [];
  if (service === undefined) return undefined;
  if (SDK_SERVICES[service] === undefined) {
    throw new NotSupported(`${where}.Resource ${resource} is not supported: the services are ${Object.keys(SDK_SERVICES).join(', ')}`);
  }
  return {
    ...{ resourceType: `aws-sdk:${service}`, resource: action, lost: `${prefixOf(service)}.SdkClientException` },
    run: (given, { run }) =>
      run.services.call(service, action, given as JsonObject).catch((error: unknown) => {
        throw error instanceof SdkFailure ? failureOf(service, error) : error;
      }),
  };
};

/** Error names have the service's name of the AWS SDK for Java 2.x. */
function prefixOf(service: string): string {
  return PREFIXES[service] ?? `${service[0].toUpperCase()}${service.slice(1)}`;
}

const PREFIXES: Readonly<Record<string, string>> = { dynamodb: 'DynamoDb', secretsmanager: 'SecretsManager' };

/**
 * The name and the cause as recorded: `S3.NoSuchKeyException`, `SecretsManager.SecretsManagerException` for an error that the service does not
 * document for its SDKs.
 */
export function failureOf(service: string, { code, modelled, message, status, requestId }: SdkFailure): TaskFailure {
  const prefix = prefixOf(service);
  if (code === undefined) return new TaskFailure(`${prefix}.SdkClientException`, message);
  const name = modelled ? `${code.replace(/(Exception|Error)$/, '')}Exception` : `${prefix}Exception`;
  return new TaskFailure(`${prefix}.${name}`, `${message} (Service: ${prefix}, Status Code: ${status}, Request ID: ${requestId})`);
}
