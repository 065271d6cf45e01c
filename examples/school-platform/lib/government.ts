import { Duration, SecretValue, TimeZone } from 'aws-cdk-lib';
import { Authorization, Connection, HttpMethod } from 'aws-cdk-lib/aws-events';
import {
  Confirmation,
  Duplicates,
  GovEndpoint,
  GovSchedule,
  ReportSource,
  ResilientGovSync,
  type StreamingDataLake,
  type TenantDirectory,
  Transport,
} from 'cdk-andamio';
import { Construct } from 'constructs';

export interface GovernmentProps {
  readonly lake: StreamingDataLake;
  readonly directory: TenantDirectory;
  /** The origin of the government's API. */
  readonly api: string;
  /** Name of the secret with the credentials of the platform at that API: `{"clientId":"…","clientSecret":"…"}`. It exists already. */
  readonly credentials: string;
  /** What operators know the platform by. */
  readonly name: string;
}

/**
 * The quarterly reports to the government: the last grade of each student in each course, of every school, sent once. Students have random
 * ids in them, as in all other items: names are not in the lake.
 */
export class Government extends Construct {
  public readonly sync: ResilientGovSync;

  constructor(scope: Construct, id: string, { lake, directory, api, credentials, name }: GovernmentProps) {
    super(scope, id);
    const credential = (jsonField: string) => SecretValue.secretsManager(credentials, { jsonField });
    const connection = new Connection(this, 'Connection', {
      description: `The government's API, for ${name}`,
      authorization: Authorization.oauth({
        authorizationEndpoint: `${api}/oauth/token`,
        httpMethod: HttpMethod.POST,
        // A reference to the secret, which CloudFormation reads.
        clientId: credential('clientId').unsafeUnwrap(),
        clientSecret: credential('clientSecret'),
      }),
    });
    this.sync = new ResilientGovSync(this, 'Sync', {
      // Teachers record the last grades of a quarter on its last days; what they write arrives in the lake within two days.
      schedule: GovSchedule.quarterly({ timeZone: TimeZone.EUROPE_MADRID, day: 5, hour: 6 }),
      reports: ReportSource.lake(lake, {
        tenants: directory,
        fields: { student: 'student_id', course: 'course', grade: 'grade' },
        // What has a course is a current grade: revisions and behaviour entries have another column for it.
        required: ['course', 'grade'],
      }),
      endpoint: GovEndpoint.of({
        url: `${api}/reports`,
        transport: Transport.httpTask(connection),
        duplicates: Duplicates.idempotencyKey({ retainedFor: Duration.days(7) }),
        confirmation: Confirmation.of({ receipt: 'receipt', error: 'error', retryable: 'error.retryable' }),
        maxPerSecond: 20,
      }),
      name: 'government-sync',
    });
    this.sync.alarms.failedAttempts({ alarmName: `${name}-StepFunction-Failure-Alert` });
  }
}
