import { Duration, TimeZone } from 'aws-cdk-lib';
import { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import {
  Confirmation,
  type ConfirmationOptions,
  Duplicates,
  type GovEndpointProps,
  GovSchedule,
  type IdempotencyKeyOptions,
  type LakeReportsOptions,
  type QuarterlySchedule,
  ReportSource,
  type ResilientGovSyncProps,
  type SyncWidgetOptions,
  TenantDirectory,
} from '../../../src';
import { endpoint, govSync } from '../../resilient-gov-sync/fixtures';
import { dataLake } from '../../streaming-data-lake/fixtures';
import { tenancy } from '../../tenant-isolated-api/fixtures';
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
      reason: (stack) => expect(confirmation(stack)).toEqual({ receipt: 'receipt' }),
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
  LakeReportsOptions: define<LakeReportsOptions>({
    create: (stack, options) => {
      const tenants = new TenantDirectory(stack, 'Directory', { tenancy });
      const lake = dataLake(stack);
      const fields = { id: lake._columns.row[0].name };
      return govSync(stack, { reports: ReportSource.lake(lake, { tenants, fields, ...options }) });
    },
    described: {
      required: (stack) => {
        const environments = all(stack, 'AWS::Lambda::Function').map(({ Environment }) => JSON.stringify(Environment));
        expect(environments.filter((text) => text?.includes('"REQUIRED":"[]"'))).toHaveLength(1);
      },
    },
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
        const [{ StateMachineName }] = all(stack, 'AWS::StepFunctions::StateMachine');
        expect(StateMachineName).toMatch(/^Test-Government-[0-9a-f]{8}$/);
      },
    },
  }),
  SyncWidgetOptions: define<SyncWidgetOptions>({
    create: (stack, options) => {
      const sync = govSync(stack);
      new Dashboard(stack, 'Dashboard', { widgets: [[sync.metrics.widget(options)]] });
      return sync;
    },
    described: {
      title: (stack) => {
        const [{ DashboardBody }] = all(stack, 'AWS::CloudWatch::Dashboard');
        expect(JSON.stringify(DashboardBody)).toContain('Test/Government');
      },
    },
  }),
};
