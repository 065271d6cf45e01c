import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Sandbox } from '../sandbox';
import { eachOf } from './each-of';
import { sdkSettings } from './sdk-settings';

/** The password of every test user. These users exist only on this machine. */
export const PASSWORD = 'Recess-at-10-o-clock';

const CONCURRENCY = 4;

/** A test user who is a member of one tenant. */
export interface Person {
  readonly tenant: string;
  readonly role: string;
  /** The user name. */
  readonly email: string;
  readonly name: string;
}

export interface Placement {
  readonly tenant: string;
  readonly tier: string;
}

export interface OperatorOptions {
  /** The onboarding function of the system's API. */
  readonly onboardingArn: string;
  /** The attribute of the user pool that holds a user's tenant. */
  readonly tenantAttribute: string;
}

/** An operator with all permissions, who manages tenants and users with the same calls as on AWS. */
export interface Operator {
  /** Creates tenants: their records, and their API keys in the usage plans of their tiers. */
  onboard(tenants: readonly Placement[]): Promise<void>;
  suspend(tenant: string): Promise<void>;
  resume(tenant: string): Promise<void>;
  move(tenant: string, tier: string): Promise<void>;
  /** Creates users with a password and a tenant membership. */
  enroll(userPoolId: string, people: readonly Person[]): Promise<void>;
  close(): void;
}

export function createOperator(sandbox: Sandbox, { onboardingArn, tenantAttribute }: OperatorOptions): Operator {
  const settings = sdkSettings(sandbox);
  const lambda = new LambdaClient({ ...settings, maxAttempts: 1 });
  const cognito = new CognitoIdentityProviderClient(settings);

  async function invoke(event: object): Promise<void> {
    const { Payload, FunctionError } = await lambda.send(
      new InvokeCommand({ FunctionName: onboardingArn, Payload: JSON.stringify(event) }),
    );
    const response = Buffer.from(Payload ?? []).toString();
    if (FunctionError !== undefined) throw new Error(`The onboarding function failed: ${response}`);
    const { results = [], remaining = [] } = JSON.parse(response) as { results?: { status: string }[]; remaining?: unknown[] };
    if (remaining.length > 0 || results.some(({ status }) => status !== 'done')) {
      throw new Error(`The onboarding function did not complete all actions: ${response}`);
    }
  }

  return {
    onboard: (tenants) => invoke({ action: 'onboard', tenants }),
    suspend: (tenant) => invoke({ action: 'suspend', tenants: [{ tenant }] }),
    resume: (tenant) => invoke({ action: 'resume', tenants: [{ tenant }] }),
    move: (tenant, tier) => invoke({ action: 'move', tenants: [{ tenant, tier }] }),
    async enroll(UserPoolId, people) {
      const members: object[] = [];
      await eachOf(people, CONCURRENCY, async ({ email, name, tenant, role }) => {
        const { User: created } = await cognito.send(
          new AdminCreateUserCommand({
            UserPoolId,
            Username: email,
            MessageAction: 'SUPPRESS',
            UserAttributes: [
              { Name: 'email', Value: email },
              { Name: 'email_verified', Value: 'true' },
              { Name: 'name', Value: name },
              { Name: tenantAttribute, Value: tenant },
            ],
          }),
        );
        const sub = created?.Attributes?.find(({ Name }) => Name === 'sub')?.Value;
        await cognito.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: email, Password: PASSWORD, Permanent: true }));
        members.push({ user: sub, tenant, roles: [role] });
      });
      await invoke({ action: 'enroll', members });
    },
    close() {
      lambda.destroy();
      cognito.destroy();
    },
  };
}
