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

  test('can only be assumed by API Gateway, and has the documented policy', () => {
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

  test('is set for the account, and both are retained when the stack is deleted', () => {
    const [role] = logicalIds(template, 'AWS::IAM::Role');
    template.hasResourceProperties('AWS::ApiGateway::Account', { CloudWatchRoleArn: { 'Fn::GetAtt': [role, 'Arn'] } });
    for (const type of ['AWS::IAM::Role', 'AWS::ApiGateway::Account']) {
      template.allResources(type, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
  });

  test('has no open findings of rule packs', () => {
    expect(violations(stack)).toEqual([]);
  });

  test('cannot be deleted with its stack, whatever sets the removal policy', () => {
    const other = testStack();
    new ApiGatewayLogRole(other, 'LogRole');
    RemovalPolicies.of(other).destroy();
    expect(() => templateOf(other)).toThrow(
      'Test/LogRole: invalid removal policy "Delete": expected Retain, because all APIs of the account and Region log with this role',
    );
  });
});

describe('one role for each account and Region', () => {
  test.each<[string, (stack: Stack) => void, string]>([
    ['two of them', (stack) => new ApiGatewayLogRole(stack, 'Two'), 'Test/Two'],
    [
      'one that a RestApi creates by default',
      (stack) => new RestApi(stack, 'Plain', { cloudWatchRole: true }).root.addMethod('GET', new MockIntegration()),
      'Test/Plain',
    ],
    ['one below the constructs', (stack) => new CfnAccount(stack, 'Raw'), 'Test'],
  ])('an error: %s', (_, add, other) => {
    const stack = testStack();
    new ApiGatewayLogRole(stack, 'One');
    add(stack);
    expect(() => templateOf(stack)).toThrow(
      `Test/One: invalid account and Region <construct ${other}>: expected only one API Gateway log role`,
    );
  });

  test('two roles in one known account and Region are an error, also in two stages', () => {
    const app = testApp();
    for (const id of ['Dev', 'Test']) new ApiGatewayLogRole(new Stack(new Stage(app, id, { env }), 'Account'), 'LogRole');
    expect(() => app.synth()).toThrow('invalid account and Region <construct Test/Account/LogRole>');
  });

  test.each([
    ['in two Regions', { ...env, region: 'us-east-1' }],
    ['in two accounts', { ...env, account: '444455556666' }],
  ])('no error: %s', (_, there) => {
    const app = testApp();
    new ApiGatewayLogRole(new Stack(app, 'One', { env }), 'LogRole');
    new ApiGatewayLogRole(new Stack(app, 'Two', { env: there }), 'LogRole');
    expect(() => app.synth()).not.toThrow();
  });

  test('stages whose environments are only known at deployment have one role each', () => {
    const app = testApp();
    for (const id of ['Dev', 'Test']) new ApiGatewayLogRole(new Stack(new Stage(app, id), 'Account'), 'LogRole');
    expect(() => app.synth()).not.toThrow();
  });
});

describe('an API', () => {
  test('warns if the app does not create the role, and says how to create it', () => {
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
    [
      'the warning is acknowledged',
      (stack) => Annotations.of(stack).acknowledgeWarning('cdk-andamio:apiGatewayLogRole', 'The landing zone creates it'),
    ],
    ['this app creates it', (stack) => new ApiGatewayLogRole(stack, 'LogRole')],
    ['another stack of this app creates it', (stack) => new ApiGatewayLogRole(new Stack(stack.node.root, 'Account'), 'LogRole')],
    ['a RestApi creates it', (stack) => new RestApi(stack, 'Plain', { cloudWatchRole: true }).root.addMethod('GET', new MockIntegration())],
  ])('does not warn if %s, before or after', (_, know) => {
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

  test('has its stack deployed after the stack with the role', () => {
    const app = testApp();
    const [account, platform] = ['Account', 'Platform'].map((id) => new Stack(app, id));
    tenantApi(platform);
    new ApiGatewayLogRole(account, 'LogRole');
    const assembly = app.synth();
    expect(assembly.getStackByName('Platform').dependencies.map(({ id }) => id)).toContain('Account');
  });

  test('in a Stage uses the role that the app creates for the same account and Region, without a dependency', () => {
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
  ])('does not use the role of %s', (_, there) => {
    const app = testApp();
    new ApiGatewayLogRole(new Stack(app, 'Account', { env: there }), 'LogRole');
    const platform = new Stack(app, 'Platform', { env });
    tenantApi(platform);
    app.synth();
    expect(said(platform)).toHaveLength(1);
  });
});
