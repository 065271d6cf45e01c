import { Duration, type Stack } from 'aws-cdk-lib';
import { Mfa } from 'aws-cdk-lib/aws-cognito';
import { notified } from '../notified';
import { userPool } from './fixtures';

export function minimal(stack: Stack): void {
  userPool(stack);
}

export function maximal(stack: Stack): void {
  const { alarms } = userPool(stack, {
    logoutUrls: ['https://app.example/signed-out'],
    domainPrefix: 'luca-schools',
    mfa: Mfa.OFF,
    selfSignUp: true,
    accessTokenValidity: Duration.hours(1),
    refreshTokenValidity: Duration.days(30),
  });
  notified(stack, alarms.tokenFailures(), alarms.triggerThrottles());
}
