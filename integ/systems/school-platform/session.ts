import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { RunningPlatform } from './platform';

/** Opens a session of a school as the platform's function does. The template's policies decide what it may do. */
export async function sessionOf({ sandbox, resource }: RunningPlatform, school: string): Promise<DynamoDBClient> {
  const { assembly, endpoint } = sandbox;
  const settings = { endpoint: endpoint.url, region: assembly.region, maxAttempts: 1 };
  const functionRole = assembly.attribute(resource('AWS::IAM::Role', '/Evaluations/Function/FunctionRole/'), 'Arn');
  const { expiration: _, ...credentials } = endpoint.assumeAsService(functionRole, 'lambda.amazonaws.com', 'session');
  const sts = new STSClient({ ...settings, credentials });
  try {
    const { Credentials: session } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: assembly.attribute(resource('AWS::IAM::Role', '/Tenants/Role/'), 'Arn'),
        RoleSessionName: school,
        Tags: [{ Key: 'school', Value: school }],
      }),
    );
    const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '', SessionToken: sessionToken } = session ?? {};
    return new DynamoDBClient({ ...settings, credentials: { accessKeyId, secretAccessKey, sessionToken } });
  } finally {
    sts.destroy();
  }
}
