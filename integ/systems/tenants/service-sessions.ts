import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { activeInDirectory, type TenantCredentials, TenantSessions, treatEveryTenantAsActive } from '../../../src/runtime/tenant-sessions';
import type { Resource, Sandbox } from '../../sandbox';
import { NAMES, partitionOf } from './names';

/** Credentials of a tenant's session, as the service opened it. */
export interface OpenSession {
  readonly tenant: string;
  /** Milliseconds of the clock. */
  readonly openedAt: number;
  readonly expiresAt: number;
  readonly credentials: TenantCredentials;
}

/** A service behind the API, which opens sessions of tenants with its role. */
export interface Service {
  /** Opens a session, or returns the open one. @throws if it is denied */
  session(tenant: string): Promise<OpenSession>;
  /** Writes a message in a session. @returns whether the session was allowed to */
  write(session: OpenSession, message: string): Promise<boolean>;
  /** After a denial. */
  forget(tenant: string): void;
  /** A new process of the service, without any session. */
  restart(): void;
  close(): void;
}

export interface ServiceOptions {
  readonly tableName: string;
  readonly directoryTable: string;
  /** Whether it asks whether a tenant is active before it opens a session. */
  readonly checksTenants: boolean;
}

/** The service runs in this process, so that a run can use its sessions again after the service has dropped them. */
export function createService(
  { assembly, endpoint, clock }: Sandbox,
  resource: (type: string, path: string) => Resource,
  { tableName, directoryTable, checksTenants }: ServiceOptions,
): Service {
  const roleArn = assembly.attribute(resource('AWS::IAM::Role', '/TenantSessions/Role'), 'Arn');
  const serviceRole = assembly.attribute(resource('AWS::IAM::Role', '/Service/Function'), 'Arn');
  const settings = { endpoint: endpoint.url, region: assembly.region, maxAttempts: 1 };
  const credentials = async () => {
    const { expiration, ...own } = endpoint.assumeAsService(serviceRole, 'lambda.amazonaws.com', 'service');
    return { ...own, expiration: new Date(expiration ?? Date.now()) };
  };
  const sts = new STSClient({ ...settings, credentials });
  const own = new DynamoDBClient({ ...settings, credentials });
  const opened = new Map<TenantCredentials, OpenSession>();
  const create = () =>
    new TenantSessions({
      roleArn,
      tagKey: NAMES.noun,
      now: clock.now,
      tenantIsActive: checksTenants
        ? activeInDirectory(directoryTable, (input) => own.send(new GetItemCommand(input)))
        : treatEveryTenantAsActive,
      async assumeRole(input) {
        const { Credentials } = await sts.send(new AssumeRoleCommand(input));
        // STS has the time of this machine.
        return Credentials && { ...Credentials, Expiration: new Date(clock.now() + 1_000 * input.DurationSeconds) };
      },
    });
  let sessions = create();
  return {
    async session(tenant) {
      const credentials = await sessions.credentialsFor(tenant);
      const found = opened.get(credentials);
      if (found !== undefined) return found;
      const session = { tenant, openedAt: clock.now(), expiresAt: credentials.expiration.getTime(), credentials };
      opened.set(credentials, session);
      return session;
    },
    async write({ tenant, credentials: { accessKeyId, secretAccessKey, sessionToken } }, message) {
      const dynamodb = new DynamoDBClient({ ...settings, credentials: { accessKeyId, secretAccessKey, sessionToken } });
      const Item = { pk: { S: partitionOf(tenant) }, sk: { S: `SESSION#${message}` }, body: { M: { message: { S: message } } } };
      try {
        await dynamodb.send(new PutItemCommand({ TableName: tableName, Item }));
        return true;
      } catch (error) {
        if ((error as Error).name === 'AccessDeniedException') return false;
        throw error;
      } finally {
        dynamodb.destroy();
      }
    },
    forget: (tenant) => sessions.forget(tenant),
    restart() {
      sessions = create();
      opened.clear();
    },
    close() {
      sts.destroy();
      own.destroy();
    },
  };
}
