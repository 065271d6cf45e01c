import { rejectNothing } from '../../assembly/errors';
import type { Endpoint, JsonObject } from '../../contracts';
import { problemsOfAccount, requireLogRoles } from './account';
import { apiTemplate, assemblyOf, echo, ROLE_ARN } from './testing';

const AccessLogSetting = { DestinationArn: 'arn:aws:logs:us-east-1:123456789012:log-group:/api/access', Format: '$context.requestId' };
const account = (more: JsonObject = {}) => ({
  Account: { Type: 'AWS::ApiGateway::Account', Properties: { CloudWatchRoleArn: ROLE_ARN, ...more } },
});
const resources = (stage: JsonObject, more: JsonObject = {}, dependsOn: string[] = []): JsonObject => {
  const template = apiTemplate({ 'GET /a': echo('a') }, more, stage);
  return { ...template, Stage: { ...(template.Stage as JsonObject), DependsOn: dependsOn } };
};
const found = (...parts: Parameters<typeof resources>) => problemsOfAccount(assemblyOf(resources(...parts)));
const REJECTED = 'AWS::ApiGateway::Stage: CloudWatch Logs role ARN must be set in account settings to enable logging';

describe('in an account without a CloudWatch Logs role', () => {
  test.each<[string, JsonObject]>([
    ['an access log', { AccessLogSetting }],
    ['execution logs', { MethodSettings: [{ HttpMethod: '*', ResourcePath: '/*', LoggingLevel: 'ERROR' }] }],
  ])("a stage with %s is rejected with API Gateway's own message", (_, stage) => {
    expect(found(stage)).toEqual([`${REJECTED} (S.Stage)`]);
  });

  test.each<[string, JsonObject]>([
    ['no logs', {}],
    ['execution logs that are off', { MethodSettings: [{ HttpMethod: '*', ResourcePath: '/*', LoggingLevel: 'OFF' }] }],
  ])('a stage with %s is accepted', (_, stage) => {
    expect(found(stage)).toEqual([]);
  });

  test('a stage with logs that depends on the account setting is accepted', () => {
    expect(found({ AccessLogSetting }, account(), ['Account'])).toEqual([]);
    const between = { ...account(), Between: { Type: 'AWS::ApiGateway::ApiKey', DependsOn: 'Account', Properties: {} } };
    expect(found({ AccessLogSetting }, between, ['Between'])).toEqual([]);
  });

  test('a stage with logs that could be created before the account setting is rejected', () => {
    expect(found({ AccessLogSetting }, account())).toEqual([
      `${REJECTED}: add a dependency on S.Account, or the stage may be created before it (S.Stage)`,
    ]);
  });

  test('an account setting without a role does not count', () => {
    const empty = { Account: { Type: 'AWS::ApiGateway::Account', Properties: {} } };
    expect(found({ AccessLogSetting }, empty, ['Account'])).toEqual([`${REJECTED} (S.Stage)`]);
  });
});

describe('a role that is set for the account', () => {
  const assembly = assemblyOf(resources({ AccessLogSetting }, account(), ['Account']));
  const asked: string[] = [];
  const endpoint = (says: { trust?: string; denial?: string } = {}): Endpoint => {
    const part: Partial<Endpoint> = {
      assumeAsService: (role, service) => {
        asked.push(`${service} takes ${role}`);
        if (says.trust !== undefined) throw new Error(says.trust);
        return { accessKeyId: '', secretAccessKey: '' };
      },
      denial: (_, check) => {
        asked.push(check.action);
        return says.denial;
      },
    };
    return part as Endpoint;
  };

  test('must let API Gateway assume it and write logs; every needed action is checked', () => {
    requireLogRoles(assembly, endpoint(), rejectNothing);
    expect(asked).toEqual([
      `apigateway.amazonaws.com takes ${ROLE_ARN}`,
      'logs:CreateLogGroup',
      'logs:CreateLogStream',
      'logs:DescribeLogGroups',
      'logs:DescribeLogStreams',
      'logs:PutLogEvents',
      'logs:GetLogEvents',
      'logs:FilterLogEvents',
    ]);
  });

  test.each([
    ['does not trust API Gateway', { trust: 'not authorized to perform: sts:AssumeRole' }],
    ['may not write logs', { denial: 'not authorized to perform: logs:CreateLogGroup' }],
  ])('is rejected if it %s', (_, says) => {
    expect(() => requireLogRoles(assembly, endpoint(says), rejectNothing)).toThrow(
      /^AWS::ApiGateway::Account\.CloudWatchRoleArn: The role ARN does not have required permissions configured\. .* \(S\.Account\)$/,
    );
  });
});
