import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { RunningPlatform } from '../school-day/platform';

export interface BreakIn {
  readonly own: number;
  /** What DynamoDB says to the other school's key. */
  readonly refusal: string;
}

/** A session of one school, opened as the platform's function opens it, asks for its own data and for another's. */
export async function breakIn({ sandbox, resource, tableName }: RunningPlatform, school: string, other: string): Promise<BreakIn> {
  const { assembly, door } = sandbox;
  const settings = { endpoint: door.url, region: assembly.region };
  const functionRole = assembly.attribute(resource('AWS::IAM::Role', '/Evaluations/Function/FunctionRole/'), 'Arn');
  const { accessKeyId, secretAccessKey, sessionToken } = door.assumeAsService(functionRole, 'lambda.amazonaws.com', 'demo');
  const sts = new STSClient({ ...settings, credentials: { accessKeyId, secretAccessKey, sessionToken } });
  const { Credentials: session } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: assembly.attribute(resource('AWS::IAM::Role', '/Tenants/Role/'), 'Arn'),
      RoleSessionName: school,
      Tags: [{ Key: 'school', Value: school }],
    }),
  );
  const dynamodb = new DynamoDBClient({
    ...settings,
    credentials: {
      accessKeyId: session?.AccessKeyId ?? '',
      secretAccessKey: session?.SecretAccessKey ?? '',
      sessionToken: session?.SessionToken,
    },
  });
  const visitsOf = (of: string) =>
    dynamodb.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: `${of}#STUDENT#student-1` } },
      }),
    );
  try {
    const { Count = 0 } = await visitsOf(school);
    const refusal = await visitsOf(other).then(
      ({ Count: found }) => `none: it answered ${found} items`,
      (error: Error) => `${error.name}: ${error.message}`,
    );
    return { own: Count, refusal };
  } finally {
    sts.destroy();
    dynamodb.destroy();
  }
}
