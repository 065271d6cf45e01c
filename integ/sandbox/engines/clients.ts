import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Engines } from '../contracts';

/**
 * The engines take the account from an access key of twelve digits and the Region from the credential scope; they check no
 * signature. What goes past the endpoint is administration, never a call of the system that runs.
 */
const identity = ({ account, region }: Owner) => ({ region, credentials: { accessKeyId: account, secretAccessKey: 'engine' } });

/** Of an ARN. */
export interface Owner {
  readonly account: string;
  readonly region: string;
}

export function ownerOf(arn: string): Owner {
  const [, , , region, account] = arn.split(':');
  return { account, region };
}

export function dynamoDbClient(engines: Engines, owner: Owner): DynamoDBClient {
  return new DynamoDBClient({ endpoint: engines.dynamodb.url, ...identity(owner) });
}

export function sqsClient(engines: Engines, owner: Owner): SQSClient {
  return new SQSClient({ endpoint: engines.ministack.url, useQueueUrlAsEndpoint: false, ...identity(owner) });
}

export function s3Client(engines: Engines, owner: Owner): S3Client {
  return new S3Client({ endpoint: engines.ministack.url, forcePathStyle: true, ...identity(owner) });
}

export function secretsManagerClient(engines: Engines, owner: Owner): SecretsManagerClient {
  return new SecretsManagerClient({ endpoint: engines.ministack.url, ...identity(owner) });
}
