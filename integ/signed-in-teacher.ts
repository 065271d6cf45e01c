import type { AwsApiCall, IApiCall, IDeployAssert } from '@aws-cdk/integ-tests-alpha';
import type { IUserPool, IUserPoolClient } from 'aws-cdk-lib/aws-cognito';
import type { TenantIsolatedApi } from '../src';

const Username = 'teacher@harbour-school.example';
const Password = 'Recess-at-10-o-clock';

/** A user of the tenant `harbour-school`, as assertions create it. */
export interface SignedInTeacher {
  /** Onboards the tenant, creates and enrolls the user, and signs in: to be made in this order. */
  readonly calls: readonly IApiCall[];
  /** The header of a request of the user. */
  readonly authorization: string;
  /** Invokes the onboarding function. */
  onboarding(event: object): IApiCall;
}

/** @param client takes the password: assertions have no browser */
export function signedInTeacher(
  assertions: IDeployAssert,
  api: TenantIsolatedApi,
  { userPoolId: UserPoolId }: IUserPool,
  { userPoolClientId: ClientId }: IUserPoolClient,
): SignedInTeacher {
  const onboarding = (event: object) =>
    assertions.invokeFunction({ functionName: api.onboarding.functionName, payload: JSON.stringify(event) });
  const cognito = (operation: string, input: object) =>
    assertions.awsApiCall('CognitoIdentityServiceProvider', operation, { UserPoolId, ...input }) as AwsApiCall;
  const onboarded = onboarding({ action: 'onboard', tenants: [{ tenant: 'harbour-school', tier: 'standard' }] });
  const created = cognito('adminCreateUser', {
    Username,
    MessageAction: 'SUPPRESS',
    UserAttributes: [
      { Name: 'email', Value: Username },
      { Name: 'email_verified', Value: 'true' },
    ],
  });
  const withPassword = cognito('adminSetUserPassword', { Username, Password, Permanent: true });
  const enrolled = onboarding({
    action: 'enroll',
    members: [{ user: created.getAttString('User.Username'), tenant: 'harbour-school', roles: ['teacher'] }],
  });
  const signedIn = cognito('adminInitiateAuth', {
    ClientId,
    AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: Username, PASSWORD: Password },
  });
  const authorization = `Bearer ${signedIn.getAttString('AuthenticationResult.AccessToken')}`;
  return { calls: [onboarded, created, withPassword, enrolled, signedIn], authorization, onboarding };
}
