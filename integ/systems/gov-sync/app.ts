import { join } from 'node:path';
import { App, Duration, RemovalPolicy, SecretValue, Stack, TimeZone } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Authorization, Connection, HttpMethod } from 'aws-cdk-lib/aws-events';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Confirmation, Duplicates, GovEndpoint, GovSchedule, ReportSource, ResilientGovSync, Transport } from 'cdk-andamio';
import { createNaiveSync } from './naive';
import { hostOf, MODES, type Mode, NAMES, naiveId, type SyncSettings, syncId, VISIBLE_AFTER_MINUTES } from './names';

/** The grades of all schools, and one sync for each thing that an API can offer against duplicates. */
const app = new App();
const {
  modes = MODES,
  maxPerSecond = 50,
  maxConcurrency = 20,
  naive = false,
  source: answers = [],
  visibleAfterMinutes = VISIBLE_AFTER_MINUTES,
} = (app.node.tryGetContext('sync') ?? {}) as SyncSettings;
const stack = new Stack(app, NAMES.stack);
const grades = new Table(stack, 'Grades', {
  tableName: NAMES.grades,
  partitionKey: { name: 'pk', type: AttributeType.STRING },
  sortKey: { name: 'sk', type: AttributeType.STRING },
  billingMode: BillingMode.PAY_PER_REQUEST,
  removalPolicy: RemovalPolicy.DESTROY,
});
const secret = new Secret(stack, 'Client', {
  secretStringValue: SecretValue.unsafePlainText(JSON.stringify({ id: 'ministry-client', secret: 'ministry-secret' })),
});

const DUPLICATES: Readonly<Record<Mode, () => Duplicates>> = {
  idempotencyKey: () => Duplicates.idempotencyKey({ retainedFor: Duration.days(30) }),
  lookUp: () => Duplicates.lookUp({ path: '/reports/{period}-{tenant}', visibleAfter: Duration.minutes(visibleAfterMinutes) }),
  neither: () => Duplicates.neither(),
};

for (const mode of modes) {
  const source = new LambdaFunction(stack, `Source${syncId(mode)}`, {
    code: Code.fromAsset(join(__dirname, 'source')),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_22_X,
    timeout: Duration.minutes(1),
    environment: { TABLE_NAME: grades.tableName, ANSWERS: JSON.stringify(answers) },
  });
  grades.grantReadData(source);
  const connection = new Connection(stack, `Connection${syncId(mode)}`, {
    authorization: Authorization.oauth({
      authorizationEndpoint: `${hostOf(mode)}/oauth/token`,
      httpMethod: HttpMethod.POST,
      clientId: secret.secretValueFromJson('id').unsafeUnwrap(),
      clientSecret: secret.secretValueFromJson('secret'),
    }),
  });
  new ResilientGovSync(stack, syncId(mode), {
    schedule: GovSchedule.quarterly({ timeZone: TimeZone.EUROPE_MADRID, day: 5, hour: 6 }),
    reports: ReportSource.fromFunction(source),
    endpoint: GovEndpoint.of({
      url: `${hostOf(mode)}/reports`,
      transport: Transport.httpTask(connection),
      duplicates: DUPLICATES[mode](),
      confirmation: Confirmation.of({ receipt: 'receipt', error: 'error', retryable: 'error.retryable' }),
      maxPerSecond,
    }),
    maxConcurrency,
  });
  if (naive) createNaiveSync(stack, naiveId(mode), { origin: hostOf(mode), connection, maxConcurrency });
}
app.synth();
