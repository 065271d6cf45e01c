import { type Properties, propertiesOf } from '../../assembly/properties';
import type { Assembly, Endpoint, Resource } from '../../contracts';
import type { SandboxContext } from '../../service-module';

const SERVICE = 'apigateway.amazonaws.com';
/** Documented: "Set up CloudWatch logging for REST APIs", permissions; AWS managed policy AmazonAPIGatewayPushToCloudWatchLogs. */
const NEEDED = [
  'CreateLogGroup',
  'CreateLogStream',
  'DescribeLogGroups',
  'DescribeLogStreams',
  'PutLogEvents',
  'GetLogEvents',
  'FilterLogEvents',
];

/** AWS's own message, which people also report for stages with only access logs (ADR-043). */
const NO_ROLE = 'CloudWatch Logs role ARN must be set in account settings to enable logging';
const BAD_ROLE =
  'The role ARN does not have required permissions configured. Please grant trust permission for API Gateway and add the required role policy.';

/** What API Gateway would reject in an account and Region without a log role: one line each, with the resource's id. */
export function problemsOfAccount(assembly: Assembly): string[] {
  const accounts = assembly.ofType('AWS::ApiGateway::Account').filter((account) => roleOf(assembly, account) !== undefined);
  return assembly
    .ofType('AWS::ApiGateway::Stage')
    .filter((stage) => hasLogs(propertiesOf(assembly, stage)))
    .flatMap((stage) => {
      if (accounts.length === 0) return [`AWS::ApiGateway::Stage: ${NO_ROLE} (${stage.id})`];
      if (accounts.some((account) => assembly.waitsFor(stage, account))) return [];
      const names = accounts.map(({ id }) => id).join(', ');
      return [`AWS::ApiGateway::Stage: ${NO_ROLE}: add a dependency on ${names}, or the stage may be created before it (${stage.id})`];
    });
}

/** Rejects an account's log role that API Gateway can't use, with its own message. */
export function requireLogRoles(assembly: Assembly, endpoint: Endpoint, reject: SandboxContext['reject']): void {
  for (const account of assembly.ofType('AWS::ApiGateway::Account')) {
    const roleArn = roleOf(assembly, account);
    if (roleArn === undefined) continue;
    const why = unusable(assembly, endpoint, roleArn);
    if (why === undefined) continue;
    reject(account, new Error(`AWS::ApiGateway::Account.CloudWatchRoleArn: ${BAD_ROLE} ${why} (${account.id})`));
  }
}

function unusable(assembly: Assembly, endpoint: Endpoint, roleArn: string): string | undefined {
  try {
    endpoint.assumeAsService(roleArn, SERVICE, 'LogRoleCheck');
  } catch (error) {
    return (error as Error).message;
  }
  const resource = `arn:${assembly.partition}:logs:${assembly.region}:${assembly.account}:log-group:*`;
  return NEEDED.map((action) => endpoint.denial({ roleArn }, { action: `logs:${action}`, resource, context: {} })).find(
    (denied) => denied !== undefined,
  );
}

function roleOf(assembly: Assembly, account: Resource): string | undefined {
  return propertiesOf(assembly, account).text('CloudWatchRoleArn');
}

function hasLogs(stage: Properties): boolean {
  const executionLogs = stage.list('MethodSettings').map((setting) => setting.text('LoggingLevel'));
  return (
    stage.object('AccessLogSetting')?.has('DestinationArn') === true || executionLogs.some((level) => level === 'INFO' || level === 'ERROR')
  );
}
