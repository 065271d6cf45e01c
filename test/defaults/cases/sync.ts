import { Duration, TimeZone } from 'aws-cdk-lib';
import {
  Confirmation,
  type ConfirmationOptions,
  Duplicates,
  type GovEndpointProps,
  GovSchedule,
  type IdempotencyKeyOptions,
  type QuarterlySchedule,
  type ResilientGovSyncProps,
} from '../../../src';
import { endpoint, govSync } from '../../resilient-gov-sync/fixtures';
import { all, type Case, define, has, keptAsScopeSays, lacks } from './case';

/** What the function is told about answers. */
const confirmation = (stack: Parameters<typeof all>[0]): Record<string, unknown> => {
  const variables = all(stack, 'AWS::Lambda::Function').flatMap(({ Environment }) => {
    const { CONFIRMATION } = (Environment as { readonly Variables?: Record<string, string> })?.Variables ?? {};
    return CONFIRMATION === undefined ? [] : [JSON.parse(CONFIRMATION) as Record<string, unknown>];
  });
  return variables[0];
};

/** By the name of the interface. */
export const SYNC: Readonly<Record<string, Case>> = {
  ConfirmationOptions: define<ConfirmationOptions>({
    create: (stack, options) =>
      govSync(stack, { endpoint: endpoint(stack, { confirmation: Confirmation.of({ receipt: 'receipt', ...options }) }) }),
    described: {
      error: (stack) => expect(confirmation(stack)).toEqual({ receipt: 'receipt' }),
      retryable: (stack) => expect(confirmation(stack)).toEqual({ receipt: 'receipt' }),
    },
  }),
  GovEndpointProps: define<GovEndpointProps>({
    create: (stack, props) => govSync(stack, { endpoint: endpoint(stack, props) }),
  }),
  IdempotencyKeyOptions: define<IdempotencyKeyOptions>({
    create: (stack, options) =>
      govSync(stack, {
        endpoint: endpoint(stack, { duplicates: Duplicates.idempotencyKey({ retainedFor: Duration.days(30), ...options }) }),
      }),
  }),
  QuarterlySchedule: define<QuarterlySchedule>({
    create: (stack, props) =>
      govSync(stack, { schedule: GovSchedule.quarterly({ timeZone: TimeZone.EUROPE_BERLIN, day: 5, hour: 6, ...props }) }),
  }),
  ResilientGovSyncProps: define<ResilientGovSyncProps>({
    create: (stack, props) => govSync(stack, props),
    described: {
      logRetention: (stack) => {
        has('AWS::Logs::LogGroup', { RetentionInDays: 30 })(stack);
        keptAsScopeSays((other) => govSync(other));
      },
      name: (stack) => {
        lacks('AWS::Logs::LogGroup', 'LogGroupName')(stack);
        has('AWS::StepFunctions::StateMachine', { StateMachineName: 'Test-Government-8bc2d5d4' })(stack);
      },
    },
  }),
};
