import { Duration, TimeZone } from 'aws-cdk-lib';
import { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Confirmation,
  type ConfirmationOptions,
  Duplicates,
  type GovEndpointProps,
  GovSchedule,
  type IdempotencyKeyOptions,
  type IResilientGovSync,
  type LakeReportsOptions,
  type NeitherOptions,
  type QuarterlySchedule,
  ReportSource,
  ResilientGovSync,
  type ResilientGovSyncAttributes,
  ResilientGovSyncGrants,
  type ResilientGovSyncProps,
  type SyncWidgetOptions,
  TenantDirectory,
} from '../../../src';
import { endpoint, govSync } from '../../resilient-gov-sync/fixtures';
import { dataLake } from '../../streaming-data-lake/fixtures';
import { tenancy } from '../../tenant-isolated-api/fixtures';
import { all, type Case, define, functionArn, has, keptAsScopeSays, lacks, noKeyUse, queueArn } from './case';

/** A setting of the function that runs the steps. */
const setting = (stack: Parameters<typeof all>[0], name: string): unknown => {
  const variables = all(stack, 'AWS::Lambda::Function').flatMap(({ Environment }) => {
    const { [name]: value } = (Environment as { readonly Variables?: Record<string, string> })?.Variables ?? {};
    return value === undefined ? [] : [JSON.parse(value) as unknown];
  });
  return variables[0];
};

/** By the name of the interface. */
export const SYNC: Readonly<Record<string, Case>> = {
  ConfirmationOptions: define<ConfirmationOptions>({
    create: (stack, options) =>
      govSync(stack, { endpoint: endpoint(stack, { confirmation: Confirmation.of({ receipt: 'receipt', ...options }) }) }),
    described: {
      error: (stack) => expect(setting(stack, 'CONFIRMATION')).toEqual({ receipt: 'receipt' }),
      retryable: (stack) => expect(setting(stack, 'CONFIRMATION')).toEqual({ receipt: 'receipt' }),
      reason: (stack) => expect(setting(stack, 'CONFIRMATION')).toEqual({ receipt: 'receipt' }),
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
  NeitherOptions: define<NeitherOptions>({
    create: (stack, options) => govSync(stack, { endpoint: endpoint(stack, { duplicates: Duplicates.neither(options) }) }),
    described: {
      notAcceptedStatusCodes: (stack) => expect(setting(stack, 'DUPLICATES')).toEqual({ mode: 'neither' }),
    },
  }),
  QuarterlySchedule: define<QuarterlySchedule>({
    create: (stack, props) =>
      govSync(stack, { schedule: GovSchedule.quarterly({ timeZone: TimeZone.EUROPE_BERLIN, day: 5, hour: 6, ...props }) }),
  }),
  ResilientGovSyncAttributes: define<ResilientGovSyncAttributes>({
    create: (stack, attributes) =>
      ResilientGovSync.fromResilientGovSyncAttributes(stack, 'Sync', {
        stateMachineArn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:government',
        startFunctionArn: functionArn,
        statusFunctionArn: functionArn,
        resolveFunctionArn: functionArn,
        deadLetterQueueArn: queueArn('dead-letters'),
        ...attributes,
      }),
    described: {
      sourceFunctionArn: (stack, sync: IResilientGovSync) => {
        ResilientGovSyncGrants.fromResilientGovSync(sync).replay(
          new Role(stack, 'Replayer', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }),
        );
        expect(all(stack, 'AWS::IAM::Policy')).toMatchObject([{ PolicyDocument: { Statement: [{ Resource: functionArn }] } }]);
      },
      encryptionKey: (stack, { deadLetterQueue }: IResilientGovSync) => {
        deadLetterQueue.grantConsumeMessages(new Role(stack, 'Reader', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }));
        noKeyUse(stack);
      },
    },
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
      new Dashboard(stack, 'Dashboard', { widgets: [[sync.metrics.widget(options)], [sync.metrics.statusWidget(options)]] });
      return sync;
    },
    described: {
      title: (stack) => {
        const [{ DashboardBody }] = all(stack, 'AWS::CloudWatch::Dashboard');
        expect(JSON.stringify(DashboardBody)).toContain('Test/Government');
      },
      height: (stack) => {
        const [{ DashboardBody }] = all(stack, 'AWS::CloudWatch::Dashboard');
        const heights = JSON.stringify(DashboardBody).matchAll(/\\"height\\":(\d+)/g);
        expect([...heights].map(([, height]) => Number(height))).toEqual([3, 15]);
      },
    },
  }),
};
