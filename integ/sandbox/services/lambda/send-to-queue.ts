import { SendMessageCommand, type SendMessageCommandInput, SQSClient } from '@aws-sdk/client-sqs';
import type { Assembly, Endpoint } from '../../contracts';
import type { FunctionConfiguration } from './configuration';

/**
 * Sends a message with a function's role.
 *
 * @throws errors of SQS
 */
export async function sendToQueue(
  { region }: Assembly,
  endpoint: Pick<Endpoint, 'url' | 'assumeAsService'>,
  { roleArn, name }: Pick<FunctionConfiguration, 'roleArn' | 'name'>,
  message: SendMessageCommandInput,
): Promise<void> {
  const { expiration: _, ...credentials } = endpoint.assumeAsService(roleArn, 'lambda.amazonaws.com', name);
  const client = new SQSClient({ endpoint: endpoint.url, region, credentials });
  try {
    await client.send(new SendMessageCommand(message));
  } finally {
    client.destroy();
  }
}
