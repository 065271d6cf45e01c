import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { Assembly, Engines } from '../contracts';

/**
 * The engines take the account from an access key of twelve digits and the Region from the credential scope; they check no
 * signature. What goes past the endpoint is administration, never a call of the system that runs.
 */
const identity = ({ account, region }: Owner) => ({ region, credentials: { accessKeyId: account, secretAccessKey: 'engine' } });

/** An account and a Region of it. */
type Owner = Pick<Assembly, 'account' | 'region'>;

export function dynamoDbClient(engines: Engines, owner: Owner): DynamoDBClient {
  return new DynamoDBClient({ endpoint: engines.dynamodb.url, ...identity(owner) });
}

export function s3Client(engines: Engines, owner: Owner): S3Client {
  return new S3Client({ endpoint: engines.ministack.url, forcePathStyle: true, ...identity(owner) });
}
