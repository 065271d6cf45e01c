import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECSClient } from '@aws-sdk/client-ecs';
import { S3Client } from '@aws-sdk/client-s3';
import { sdkSettings } from '../../../kit/sdk-settings';
import type { Sandbox } from '../../../sandbox';

/** Clients of an administrator. */
export interface AwsClients {
  readonly dynamodb: DynamoDBClient;
  readonly ecs: ECSClient;
  readonly s3: S3Client;
  close(): void;
}

export function awsClients(sandbox: Sandbox): AwsClients {
  const settings = sdkSettings(sandbox);
  const [dynamodb, ecs, s3] = [new DynamoDBClient(settings), new ECSClient(settings), new S3Client({ ...settings, forcePathStyle: true })];
  return {
    ...{ dynamodb, ecs, s3 },
    close() {
      dynamodb.destroy();
      ecs.destroy();
      s3.destroy();
    },
  };
}
