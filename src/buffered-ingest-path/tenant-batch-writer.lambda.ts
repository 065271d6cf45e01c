import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { readSettings } from '../runtime/environment';
import { TenantClients, TenantSessions, treatEveryTenantAsActive } from '../runtime/tenant-sessions';
import { batchHandler, runtimeDependencies, sendWith } from './lambda/batch-handler';
import { tenantSender } from './lambda/tenant-sender';
import { TENANT_WRITER_VARIABLES, type TenantWriterSettings } from './settings';

const settings = readSettings<TenantWriterSettings>(TENANT_WRITER_VARIABLES);

// With the SDK's retries, unlike DynamoDB's client: several callers can wait for one session, and they share no deadline.
const sts = new STSClient({ requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true } });
// This client writes nothing, because the function's own role has no permission to: it reads the directory, if there is one, and all
// tenants' clients share its connections.
const client = new DynamoDBClient({ maxAttempts: 1 });
const { requestHandler } = client.config;

const sessions = new TenantSessions({
  roleArn: settings.TENANT_ROLE_ARN,
  tagKey: settings.TENANT_TAG,
  assumeRole: async (input) => (await sts.send(new AssumeRoleCommand(input))).Credentials,
  // What was accepted before a suspension is written.
  tenantIsActive: treatEveryTenantAsActive,
});
const clients = new TenantClients(sessions, (credentials) => new DynamoDBClient({ credentials, requestHandler, maxAttempts: 1 }));

/** Writes each tenant's messages in that tenant's session. The function's own role has no permission to write. */
export const handler = batchHandler(settings, {
  ...runtimeDependencies(settings, client),
  sendAs: tenantSender(sessions, clients, sendWith),
});
