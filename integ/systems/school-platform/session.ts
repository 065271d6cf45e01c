import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { RunningPlatform } from './platform';

/** Opens a session of a school as the grades service does. The template's policies decide what it may do. */
export async function sessionOf({ sandbox, resource }: RunningPlatform, school: string): Promise<DynamoDBClient> {
  const { assembly, endpoint } = sandbox;
  const settings = { endpoint: endpoint.url, region: assembly.region, maxAttempts: 1 };
  const task = `arn:${assembly.partition}:ecs:${assembly.region}:${assembly.account}:task/session`;
  const taskRole = assembly.attribute(resource('AWS::IAM::Role', '/Grades/Service/TaskRole/'), 'Arn');
  const { expiration: _, ...credentials } = endpoint.assumeAsService(taskRole, 'ecs-tasks.amazonaws.com', 'session', task);
  const sts = new STSClient({ ...settings, credentials });
  try {
    const { Credentials: session } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: assembly.attribute(resource('AWS::IAM::Role', 'SchoolPlatform/Tenants/Role/'), 'Arn'),
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
