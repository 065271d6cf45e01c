import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { RunningPlatform } from './platform';

/** A session of a school, opened as the platform's function opens it: what it may do is decided by the template's policies. */
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
