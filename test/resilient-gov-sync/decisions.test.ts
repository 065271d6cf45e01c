import { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { policiesIn, templateOf, testStack } from '../synth';
import { govSync } from './fixtures';

/** Actions of the policies of a role, with their resources as text. */
function allowed(id: string, make: (stack: ReturnType<typeof testStack>) => void): (readonly [string, string])[] {
  const stack = testStack();
  make(stack);
  const policies = Object.entries(policiesIn(templateOf(stack))).flatMap(([logicalId, { Properties }]) =>
    logicalId.startsWith(id) ? (Properties?.PolicyDocument.Statement as { Action: string | string[]; Resource: unknown }[]) : [],
  );
  return policies.flatMap(({ Action, Resource }) => [Action].flat().map((action) => [action, JSON.stringify(Resource)] as const));
}

test.each([
  ['readStatus', 'GovernmentStatusFunction'],
  ['replay', 'GovernmentResolveFunction'],
] as const)('grants.%s lets a role invoke one function', (grant, logicalId) => {
  const statements = allowed('People', (stack) => {
    const role = new Role(stack, 'People', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    govSync(stack).grants[grant](role);
  });
  expect(statements).toEqual([
    ['lambda:InvokeFunction', expect.stringMatching(new RegExp(`^{"Fn::GetAtt":\\["${logicalId}[0-9A-F]{8}","Arn"\\]}$`))],
  ]);
});

test('the function of the status can only read the table', () => {
  const actions = allowed('GovernmentStatusFunctionRole', (stack) => govSync(stack)).map(([action]) => action);
  expect(actions.filter((action) => !/^(logs|xray):/.test(action))).toEqual([
    'dynamodb:GetItem',
    'dynamodb:Query',
    'kms:Decrypt',
    'kms:DescribeKey',
  ]);
});

test('the function of decisions reads what the source wrote, writes payloads and entries of the audit, and changes items', () => {
  const actions = allowed('GovernmentResolveFunctionRole', (stack) => govSync(stack));
  const own = actions.filter(([action]) => /^(dynamodb|s3|states|lambda):/.test(action));
  expect(own.map(([action, resource]) => [action, /"\/([a-z]+\/\*)"/.exec(resource)?.[1]])).toEqual([
    ['dynamodb:GetItem', undefined],
    ['dynamodb:Query', undefined],
    ['dynamodb:UpdateItem', undefined],
    ['s3:GetObject', 'source/*'],
    ['s3:PutObject', 'payloads/*'],
    ['s3:GetObject', 'audit/*'],
    ['s3:PutObject', 'audit/*'],
  ]);
});

test('a dashboard shows the status with a custom widget', () => {
  const stack = testStack();
  const sync = govSync(stack);
  new Dashboard(stack, 'Board').addWidgets(sync.metrics.statusWidget({ title: 'Government reports' }));
  const [{ Properties }] = Object.values(templateOf(stack).findResources('AWS::CloudWatch::Dashboard'));
  const body = JSON.stringify(Properties?.DashboardBody);
  expect(body).toContain('\\"type\\":\\"custom\\"');
  expect(body).toContain('\\"title\\":\\"Government reports\\"');
  expect(body).toMatch(/"Fn::GetAtt":\["GovernmentStatusFunction[0-9A-F]{8}","Arn"\]/);
});
