import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { Assembly, Engine, Engines } from '../contracts';

/**
 * Clients that call the engines directly. The engines read the account from an access key of twelve digits and the Region from the
 * credential scope, and do not verify signatures. Only the sandbox itself uses these clients, never the system that runs in it.
 */
const identity = ({ account, region }: Owner) => ({ region, credentials: { accessKeyId: account, secretAccessKey: 'engine' } });

/** An account and a Region of it. */
type Owner = Pick<Assembly, 'account' | 'region'>;

export function dynamoDbClient(engines: Engines, owner: Owner): DynamoDBClient {
  return new DynamoDBClient({ endpoint: engines.dynamodb.url, ...identity(owner) });
}

export function s3Client(ministack: Pick<Engine, 'url'>, owner: Owner): S3Client {
  return new S3Client({ endpoint: ministack.url, forcePathStyle: true, ...identity(owner) });
}
