import { Annotations, RemovalPolicies, Stack, Stage } from 'aws-cdk-lib';
import { CfnAccount, MockIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import { ApiGatewayLogRole, HttpTarget, TenantDirectory, TenantIsolatedApi } from '../../src';
import { violations } from '../nag';
import { keepsPromises } from '../promises';
import { logicalIds, places, templateOf, testApp, testStack } from '../synth';
import { plainIssuer, tenancy } from '../tenant-isolated-api/fixtures';
import { warnings } from '../warnings';
import { minimal } from './apps';

const env = { account: '111122223333', region: 'eu-west-1' };
function tenantApi(scope: Construct): void {
  const directory = new TenantDirectory(scope, 'Directory', { tenancy });
  const api = new TenantIsolatedApi(scope, 'Api', { directory, issuer: plainIssuer(scope) });
  api.addRoute('GET /', HttpTarget.of('https://grades.example'));
}
const said = (stack: Stack): string[] => warnings(stack).filter((text) => text.includes('apiGatewayLogRole'));

keepsPromises(minimal);

describe('the role', () => {
  const stack = testStack();
  new ApiGatewayLogRole(stack, 'ApiGatewayLogRole');
  const template = templateOf(stack);

  test('is for API Gateway alone, and may what the documented policy has', () => {
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'apigateway.amazonaws.com' } }],
      },
      ManagedPolicyArns: [
        { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs']] },
      ],
    });
    template.resourceCountIs('AWS::IAM::Policy', 0);
  });

  test('is set for the account, and stays with that when the stack is deleted', () => {
    const [role] = logicalIds(template, 'AWS::IAM::Role');
    template.hasResourceProperties('AWS::ApiGateway::Account', { CloudWatchRoleArn: { 'Fn::GetAtt': [role, 'Arn'] } });
    for (const type of ['AWS::IAM::Role', 'AWS::ApiGateway::Account']) {
      template.allResources(type, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
  });

  test('has no finding of a rule pack that is not answered', () => {
    expect(violations(stack)).toEqual([]);
  });

  test('can’t be deleted with its stack by anybody', () => {
    const other = testStack();
    new ApiGatewayLogRole(other, 'LogRole');
    RemovalPolicies.of(other).destroy();
    expect(() => templateOf(other)).toThrow(
      'Test/LogRole: invalid removal policy "Delete": expected Retain, because all APIs of the account and Region log with this role',
    );
  });
});

describe('one for an account and Region', () => {
  test.each<[string, (stack: Stack) => void, string]>([
    ['two of them', (stack) => new ApiGatewayLogRole(stack, 'Two'), 'Test/Two'],
    [
      'one that a RestApi makes unless it is told not to',
      (stack) => new RestApi(stack, 'Plain', { cloudWatchRole: true }).root.addMethod('GET', new MockIntegration()),
      'Test/Plain',
    ],
    ['one below the constructs', (stack) => new CfnAccount(stack, 'Raw'), 'Test'],
  ])('%s are an error', (_, add, other) => {
    const stack = testStack();
    new ApiGatewayLogRole(stack, 'One');
    add(stack);
    expect(() => templateOf(stack)).toThrow(
      `Test/One: invalid account and Region <construct ${other}>: expected only one API Gateway log role`,
    );
  });

  test('two in one account and Region that are known are an error also from two stages', () => {
    const app = testApp();
    for (const id of ['Dev', 'Test']) new ApiGatewayLogRole(new Stack(new Stage(app, id, { env }), 'Account'), 'LogRole');
    expect(() => app.synth()).toThrow('invalid account and Region <construct Test/Account/LogRole>');
  });

  test.each([
    ['in two Regions', { ...env, region: 'us-east-1' }],
    ['in two accounts', { ...env, account: '444455556666' }],
  ])('%s are two', (_, there) => {
    const app = testApp();
    new ApiGatewayLogRole(new Stack(app, 'One', { env }), 'LogRole');
    new ApiGatewayLogRole(new Stack(app, 'Two', { env: there }), 'LogRole');
    expect(() => app.synth()).not.toThrow();
  });

  test('stages whose places are only known at deployment have one each', () => {
    const app = testApp();
    for (const id of ['Dev', 'Test']) new ApiGatewayLogRole(new Stack(new Stage(app, id), 'Account'), 'LogRole');
    expect(() => app.synth()).not.toThrow();
  });
});

describe('an API', () => {
  test('says what it needs where nothing creates it, and how to create it', () => {
    const stack = testStack();
    tenantApi(stack);
    templateOf(stack);
    expect(said(stack)).toHaveLength(1);
    expect(said(stack)[0]).toMatch(/^Test\/Api: its access log needs the API Gateway log role of the account and Region/);
    expect(said(stack)[0]).toContain("new ApiGatewayLogRole(stack, 'ApiGatewayLogRole')");
    expect(said(stack)[0]).toContain('ApiGatewayLogRole.alreadyExists(app)');
  });

  test.each<[string, (stack: Stack) => void]>([
    ['it is known to exist', (stack) => ApiGatewayLogRole.alreadyExists(stack.node.root)],
    ['somebody says so', (stack) => Annotations.of(stack).acknowledgeWarning('cdk-andamio:apiGatewayLogRole', 'The landing zone makes it')],
    ['this app makes it', (stack) => new ApiGatewayLogRole(stack, 'LogRole')],
    ['another stack of this app makes it', (stack) => new ApiGatewayLogRole(new Stack(stack.node.root, 'Account'), 'LogRole')],
    ['a RestApi makes it', (stack) => new RestApi(stack, 'Plain', { cloudWatchRole: true }).root.addMethod('GET', new MockIntegration())],
  ])('… and nothing where %s, before or after', (_, know) => {
    for (const isFirst of [true, false]) {
      const stack = testStack();
      if (isFirst) know(stack);
      tenantApi(stack);
      if (!isFirst) know(stack);
      templateOf(stack);
      expect(said(stack)).toEqual([]);
    }
  });

  test.each(places)('has its stage created after the role %s', (_, into) => {
    const stack = into((scope) => {
      tenantApi(scope);
      new ApiGatewayLogRole(scope, 'LogRole');
    });
    const template = templateOf(stack);
    const [{ DependsOn }] = Object.values(template.findResources('AWS::ApiGateway::Stage'));
    expect([DependsOn].flat()).toEqual(expect.arrayContaining(logicalIds(template, 'AWS::ApiGateway::Account')));
  });

  test('has its stack deployed after the one that makes the role', () => {
    const app = testApp();
    const [account, platform] = ['Account', 'Platform'].map((id) => new Stack(app, id));
    tenantApi(platform);
    new ApiGatewayLogRole(account, 'LogRole');
    const assembly = app.synth();
    expect(assembly.getStackByName('Platform').dependencies.map(({ id }) => id)).toContain('Account');
  });

  test('of a Stage relies on the role that the app creates for the same account and Region, and cannot wait for it', () => {
    const app = testApp();
    new ApiGatewayLogRole(new Stack(app, 'Account', { env }), 'LogRole');
    const platform = new Stack(new Stage(app, 'Dev', { env }), 'Platform');
    tenantApi(platform);
    app.synth();
    expect(said(platform)).toEqual([]);
  });

  test.each([
    ['another Region', { ...env, region: 'us-east-1' }],
    ['another account', { ...env, account: '444455556666' }],
  ])('does not go by the role of %s', (_, there) => {
    const app = testApp();
    new ApiGatewayLogRole(new Stack(app, 'Account', { env: there }), 'LogRole');
    const platform = new Stack(app, 'Platform', { env });
    tenantApi(platform);
    app.synth();
    expect(said(platform)).toHaveLength(1);
  });
});
