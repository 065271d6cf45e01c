import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Sandbox } from '../sandbox/contracts';
import type { User } from '../systems/school-platform/population';
import { eachOf } from './client';

/** What they all have in this sample: nobody but this machine knows these users. */
export const PASSWORD = 'Recess-at-10-o-clock';

const AT_ONCE = 4;

export interface School {
  readonly school: string;
  readonly tier: string;
}

/** An operator with all permissions, who makes tenants and users with the calls that are made for it on AWS. */
export interface Operator {
  /** Makes tenants: their records, their keys on the plans of their tiers. */
  onboard(schools: readonly School[]): Promise<void>;
  suspend(school: string): Promise<void>;
  resume(school: string): Promise<void>;
  move(school: string, tier: string): Promise<void>;
  /** Makes accounts with a password, and their memberships. */
  enrol(userPoolId: string, users: readonly User[]): Promise<void>;
  close(): void;
}

export function createOperator(sandbox: Sandbox, onboardingArn: string): Operator {
  const { accessKeyId, secretAccessKey } = sandbox.endpoint.administrator();
  const settings = { endpoint: sandbox.endpoint.url, region: sandbox.assembly.region, credentials: { accessKeyId, secretAccessKey } };
  const lambda = new LambdaClient({ ...settings, maxAttempts: 1 });
  const cognito = new CognitoIdentityProviderClient(settings);

  async function ask(event: object): Promise<void> {
    const { Payload, FunctionError } = await lambda.send(
      new InvokeCommand({ FunctionName: onboardingArn, Payload: JSON.stringify(event) }),
    );
    const answer = Buffer.from(Payload ?? []).toString();
    if (FunctionError !== undefined) throw new Error(`The onboarding function failed: ${answer}`);
    const { results = [], remaining = [] } = JSON.parse(answer) as { results?: { status: string }[]; remaining?: unknown[] };
    if (remaining.length > 0 || results.some(({ status }) => status !== 'done')) throw new Error(`Not everything was done: ${answer}`);
  }

  return {
    onboard: (schools) => ask({ action: 'onboard', tenants: schools.map(({ school, tier }) => ({ tenant: school, tier })) }),
    suspend: (school) => ask({ action: 'suspend', tenants: [{ tenant: school }] }),
    resume: (school) => ask({ action: 'resume', tenants: [{ tenant: school }] }),
    move: (school, tier) => ask({ action: 'move', tenants: [{ tenant: school, tier }] }),
    async enrol(UserPoolId, users) {
      const members: object[] = [];
      await eachOf(users, AT_ONCE, async ({ email, name, school, role }) => {
        const { User: made } = await cognito.send(
          new AdminCreateUserCommand({
            UserPoolId,
            Username: email,
            MessageAction: 'SUPPRESS',
            UserAttributes: [
              { Name: 'email', Value: email },
              { Name: 'email_verified', Value: 'true' },
              { Name: 'name', Value: name },
              { Name: 'custom:school_id', Value: school },
            ],
          }),
        );
        const sub = made?.Attributes?.find(({ Name }) => Name === 'sub')?.Value;
        await cognito.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: email, Password: PASSWORD, Permanent: true }));
        members.push({ user: sub, tenant: school, roles: [role] });
      });
      await ask({ action: 'enroll', members });
    },
    close() {
      lambda.destroy();
      cognito.destroy();
    },
  };
}
