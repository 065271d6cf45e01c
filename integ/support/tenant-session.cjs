// One operation of DynamoDB in a tenant's session: what came of it, or the sort keys of the items found. An index follows its table a moment
// later: a query is repeated until it finds as many as are waited for.
const { DynamoDBClient, ...commands } = require('@aws-sdk/client-dynamodb');
const { AssumeRoleCommand, STSClient } = require('@aws-sdk/client-sts');

exports.handler = async ({ tenant, command, input, atLeast = 0 }) => {
  const { Credentials: session } = await new STSClient().send(
    new AssumeRoleCommand({
      RoleArn: process.env.TENANT_ROLE_ARN,
      RoleSessionName: tenant,
      Tags: [{ Key: 'school', Value: tenant }],
    }),
  );
  const credentials = { accessKeyId: session.AccessKeyId, secretAccessKey: session.SecretAccessKey, sessionToken: session.SessionToken };
  try {
    const client = new DynamoDBClient({ credentials });
    for (let attempt = 1; ; attempt++) {
      const { Items } = await client.send(new commands[`${command}Command`](input));
      if (Items === undefined) return 'done';
      if (Items.length >= atLeast || attempt === 20) return Items.map(({ sk }) => sk.S);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  } catch (error) {
    return error.name;
  }
};
