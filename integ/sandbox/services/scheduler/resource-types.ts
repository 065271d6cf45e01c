import { supported } from '../../assembly/resource-types';
import type { Identity, ResourceType } from '../../contracts';
import { SCHEDULE } from './schedule';

const nameOf = (of: Identity): string => of.name('Name', 64);

export const scheduleType: ResourceType = {
  type: SCHEDULE,
  support: 'runs',
  reason: 'on the clock of the sandbox, in its time zone, with the role, the retries and the dead-letter queue of the template',
  properties: supported(
    [
      'runs',
      'Name GroupName State ScheduleExpression ScheduleExpressionTimezone StartDate EndDate',
      'FlexibleTimeWindow.{Mode,MaximumWindowInMinutes} Target.{Arn,RoleArn,Input}',
      'Target.DeadLetterConfig.Arn Target.RetryPolicy.{MaximumEventAgeInSeconds,MaximumRetryAttempts}',
    ],
    ['template only: the sandbox does not encrypt the settings of a schedule', 'KmsKeyArn'],
    ['template only: a description', 'Description'],
  ),
  ref: nameOf,
  attributes: {
    Arn: (of) => `arn:aws:scheduler:${of.region}:${of.account}:schedule/${of.property('GroupName') ?? 'default'}/${nameOf(of)}`,
  },
};
