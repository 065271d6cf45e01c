import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { violations } from '../nag';
import { testStack } from '../synth';
import { ingestPath, restApi } from './fixtures';

test.each([undefined, { account: '111122223333', region: 'eu-west-1' }])(
  'no rule pack has open findings in a path and its routes, env %j',
  (env) => {
    const stack = testStack({ env });
    const path = ingestPath(stack);
    const { api, authorizer } = restApi(stack);
    path.addRoute(api.root.addResource('visits'), 'POST', { authorizer });
    const found = violations(stack);
    // The test's own table and API have findings.
    expect(found.filter((violation) => !/ Test\/(VisitsTable|ApiAuthorizer\w*|Api)\/(?!Default\/visits)/.test(violation))).toEqual([]);
  },
);

test('the acknowledged finding about traces does not hide wildcards that are granted to the writer', () => {
  const stack = testStack();
  const { writer } = ingestPath(stack);
  writer.addToRolePolicy(new PolicyStatement({ actions: ['ses:SendEmail'], resources: ['*'] }));
  expect(violations(stack)).toContain('AwsSolutions-IAM5[Resource::*] Test/Visits/WriterRole/DefaultPolicy/Resource');
});
