import { Duration, RemovalPolicy, type Stack, TimeZone } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code } from 'aws-cdk-lib/aws-lambda';
import {
  Confirmation,
  Duplicates,
  FunctionCode,
  FunctionConcurrency,
  GovEndpoint,
  GovSchedule,
  ReportSource,
  ResilientGovSync,
  SecureFunction,
  Transport,
} from '../../src';
import { connection } from './fixtures';

/** A function of a user without findings of its own. */
function secure(stack: Stack, id: string): SecureFunction {
  return new SecureFunction(stack, id, {
    code: FunctionCode.of(Code.fromInline('exports.handler = async () => ({})')),
    concurrency: FunctionConcurrency.unreserved('The state machine limits how many run.'),
    timeout: Duration.seconds(60),
  });
}

export function minimal(stack: Stack): void {
  new ResilientGovSync(stack, 'Government', {
    schedule: GovSchedule.quarterly({ timeZone: TimeZone.EUROPE_BERLIN, day: 5, hour: 6 }),
    reports: ReportSource.fromFunction(secure(stack, 'MakeReports').function),
    endpoint: GovEndpoint.of({
      url: 'https://reports.education.example/v1/reports',
      transport: Transport.httpTask(connection(stack)),
      duplicates: Duplicates.idempotencyKey({ retainedFor: Duration.days(30) }),
      confirmation: Confirmation.of({ receipt: 'receipt' }),
      maxPerSecond: 10,
    }),
  });
}

export function maximal(stack: Stack): void {
  new ResilientGovSync(stack, 'Government', {
    schedule: GovSchedule.quarterly({ timeZone: TimeZone.EUROPE_MADRID, day: 10, hour: 4, flexibleWindow: Duration.minutes(30) }),
    reports: ReportSource.fromFunction(secure(stack, 'MakeReports').function),
    endpoint: GovEndpoint.of({
      url: 'https://reports.education.example/v1/reports?format=json',
      method: HttpMethod.PUT,
      transport: Transport.fromFunction(secure(stack, 'SendReport').function),
      duplicates: Duplicates.lookUp({ path: '/v1/reports/{tenant}/{period}', visibleAfter: Duration.minutes(10) }),
      confirmation: Confirmation.of({ receipt: 'data.receipt', error: 'error', retryable: 'error.retryable' }),
      maxPerSecond: 100,
    }),
    dueAfter: Duration.days(45),
    maxConcurrency: 40,
    auditRetention: Duration.days(730),
    name: 'government-sync',
    encryptionKey: new Key(stack, 'OwnKey', { enableKeyRotation: true }),
    removalPolicy: RemovalPolicy.RETAIN,
  });
}
