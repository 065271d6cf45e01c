import { Duration, SecretValue, Stack, TimeZone } from 'aws-cdk-lib';
import { Authorization, Connection, HttpMethod } from 'aws-cdk-lib/aws-events';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import {
  Confirmation,
  Duplicates,
  GovEndpoint,
  type GovEndpointProps,
  GovSchedule,
  ReportSource,
  ResilientGovSync,
  type ResilientGovSyncProps,
  Transport,
} from '../../src';

/** A function of a user, once for each scope. */
export function userFunction(scope: Construct, id: string): LambdaFunction {
  const code = Code.fromInline('exports.handler = async () => ({})');
  const props = { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code, timeout: Duration.seconds(60) };
  return (scope.node.tryFindChild(id) as LambdaFunction | undefined) ?? new LambdaFunction(scope, id, props);
}

/** Reports by a function of another stack. */
export function importedReports(scope: Construct): ReportSource {
  const role = Role.fromRoleArn(scope, 'ImportedRole', 'arn:aws:iam::123456789012:role/make-reports');
  const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:make-reports';
  return ReportSource.fromFunction(LambdaFunction.fromFunctionAttributes(scope, 'Imported', { functionArn, role }));
}

export function connection(scope: Construct): Connection {
  return (
    (scope.node.tryFindChild('Connection') as Connection | undefined) ??
    new Connection(scope, 'Connection', {
      authorization: Authorization.oauth({
        authorizationEndpoint: 'https://reports.education.example/oauth/token',
        ...{ httpMethod: HttpMethod.POST, clientId: 'schools' },
        clientSecret: SecretValue.secretsManager('education/reports'),
      }),
    })
  );
}

/** The endpoint of the README, with overrides. */
export function endpoint(scope: Construct, props: Partial<GovEndpointProps> = {}): GovEndpoint {
  return GovEndpoint.of({
    url: 'https://reports.education.example/v1/reports',
    transport: Transport.httpTask(connection(scope)),
    duplicates: Duplicates.idempotencyKey({ retainedFor: Duration.days(30) }),
    confirmation: Confirmation.of({ receipt: 'receipt' }),
    maxPerSecond: 10,
    ...props,
  });
}

/** The sync of the README, with overrides. What belongs to the user is in a scope of its own. */
export function govSync(scope: Construct, props: Partial<ResilientGovSyncProps> = {}, id = 'Government'): ResilientGovSync {
  const stack = Stack.of(scope);
  const user = (stack.node.tryFindChild('User') as Construct | undefined) ?? new Construct(stack, 'User');
  return new ResilientGovSync(scope, id, {
    schedule: GovSchedule.quarterly({ timeZone: TimeZone.EUROPE_BERLIN, day: 5, hour: 6 }),
    reports: props.reports ?? ReportSource.fromFunction(userFunction(user, 'MakeReports')),
    endpoint: props.endpoint ?? endpoint(user),
    ...props,
  });
}
