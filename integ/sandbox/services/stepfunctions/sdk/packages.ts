/** A service that state machines can call with the AWS SDK: those that the endpoint has, and whose fields have the same names in all SDKs. */
export interface SdkService {
  readonly package: string;
  /** The client's class in it. */
  readonly client: string;
}

/** By their names in `aws-sdk:<service>`, which are those of the AWS SDK for Java 2.x. */
export const SDK_SERVICES: Readonly<Record<string, SdkService | undefined>> = {
  dynamodb: { package: '@aws-sdk/client-dynamodb', client: 'DynamoDBClient' },
  s3: { package: '@aws-sdk/client-s3', client: 'S3Client' },
  sqs: { package: '@aws-sdk/client-sqs', client: 'SQSClient' },
  secretsmanager: { package: '@aws-sdk/client-secrets-manager', client: 'SecretsManagerClient' },
  ssm: { package: '@aws-sdk/client-ssm', client: 'SSMClient' },
  lambda: { package: '@aws-sdk/client-lambda', client: 'LambdaClient' },
  athena: { package: '@aws-sdk/client-athena', client: 'AthenaClient' },
  sts: { package: '@aws-sdk/client-sts', client: 'STSClient' },
};
