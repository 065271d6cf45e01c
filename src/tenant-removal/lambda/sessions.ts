import { AssumeRoleCommand, type Credentials, type STSClient } from '@aws-sdk/client-sts';

/** The shortest session of STS is enough: an invocation ends before. Documented: "AssumeRole", DurationSeconds. */
const SESSION_SECONDS = 900;

/** Opens the session of one tenant. IAM limits it to this tenant's data, whatever the code does. */
export async function openSession(client: STSClient, RoleArn: string, tagKey: string, tenant: string) {
  const { Credentials: opened } = await client.send(
    new AssumeRoleCommand({
      RoleArn,
      RoleSessionName: tenant,
      DurationSeconds: SESSION_SECONDS,
      Tags: [{ Key: tagKey, Value: tenant }],
    }),
  );
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken } = opened ?? ({} as Credentials);
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}
