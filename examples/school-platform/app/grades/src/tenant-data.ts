import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { activeInDirectory, TenantClients, TenantSessions } from 'cdk-andamio/tenant-sessions';
import { ofCurrentRequest } from './current-request';

/** The data of one school. The client accesses only items of this school, whatever the code asks for. */
export interface SchoolData {
  readonly school: string;
  readonly table: string;
  readonly dynamodb: DynamoDBClient;
}

/** The data of all schools. */
export interface TenantData {
  /** Opens the session of a school, unless it is open: the only place that does. Rejects with `TenantNotActive` if the school is not active. */
  of(school: string): Promise<SchoolData>;
  /** Drops the session of a school, so that the next request opens a new one. */
  forget(school: string): void;
}

/** Less than a caller waits for: a call that takes longer is sent again, on another connection. */
const CONNECT_TIMEOUT_MS = 1_000;
const CALL_TIMEOUT_MS = 2_000;
/** Connections to DynamoDB, which all schools share and which stay open. */
const CONNECTIONS = 100;

/** The tables, and the role of the sessions. */
export interface TenantDataOptions {
  readonly tableName: string;
  /** The table of the platform's directory. */
  readonly directoryTableName: string;
  readonly tenantRoleArn: string;
}

export function openTenantData({ tableName, directoryTableName, tenantRoleArn }: TenantDataOptions): TenantData {
  // The SDK would otherwise only warn about a call that takes longer.
  const timeouts = { connectionTimeout: CONNECT_TIMEOUT_MS, requestTimeout: CALL_TIMEOUT_MS, throwOnRequestTimeout: true };
  const sts = ofCurrentRequest(new STSClient({ requestHandler: timeouts }));
  const agent = { keepAlive: true, maxSockets: CONNECTIONS };
  // With the service's own permissions: it may only read the records of schools.
  const own = ofCurrentRequest(new DynamoDBClient({ requestHandler: { ...timeouts, httpAgent: agent, httpsAgent: agent } }));
  const { requestHandler } = own.config;
  const sessions = new TenantSessions({
    roleArn: tenantRoleArn,
    tagKey: 'school',
    assumeRole: async (input) => (await sts.send(new AssumeRoleCommand(input))).Credentials,
    tenantIsActive: activeInDirectory(directoryTableName, (input) => own.send(new GetItemCommand(input))),
  });
  const clients = new TenantClients(sessions, (credentials) => ofCurrentRequest(new DynamoDBClient({ credentials, requestHandler })));
  return {
    async of(school) {
      return { school, table: tableName, dynamodb: await clients.clientFor(school) };
    },
    forget: (school) => sessions.forget(school),
  };
}
