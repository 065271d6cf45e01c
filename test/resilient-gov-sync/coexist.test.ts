import { CfnParameter, Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { ReportSource, Transport } from '../../src';
import { logicalIds, templateOf, testApp, testStack } from '../synth';
import { endpoint, govSync, userFunction } from './fixtures';

test('two syncs can share an endpoint, a schedule and the function that makes reports', () => {
  const stack = testStack();
  const shared = { endpoint: endpoint(stack), reports: ReportSource.fromFunction(userFunction(stack, 'MakeReports')) };
  const [one, other] = ['One', 'Other'].map((id) => govSync(stack, shared, id));
  const template = templateOf(stack);
  expect(logicalIds(template, 'AWS::Scheduler::Schedule')).toHaveLength(4);
  // The function may write into the folder of each.
  for (const { reportBucket } of [one, other]) {
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Action: 's3:PutObject', Resource: stack.resolve(reportBucket.arnForObjects('source/*')) }),
        ]),
      },
      Roles: [Match.objectLike({ Ref: Match.stringLikeRegexp('^MakeReports') })],
    });
  }
});

test('functions and connection can be in another stack, without a circular dependency', () => {
  const app = testApp();
  const [owner, stack] = ['Owner', 'Sync'].map((id) => new Stack(app, id));
  govSync(stack, {
    reports: ReportSource.fromFunction(userFunction(owner, 'MakeReports')),
    endpoint: endpoint(owner, { transport: Transport.fromFunction(userFunction(owner, 'SendReport')) }),
  });
  app.synth();
  expect(stack.dependencies).toEqual([owner]);
  expect(owner.dependencies).toEqual([]);
});

test('a name that is known only at deployment is that of the state machine and of the log groups', () => {
  const stack = testStack();
  govSync(stack, { name: new CfnParameter(stack, 'Name').valueAsString });
  const template = templateOf(stack);
  template.hasResourceProperties('AWS::StepFunctions::StateMachine', { StateMachineName: { Ref: 'Name' } });
  template.hasResourceProperties('AWS::Logs::LogGroup', {
    LogGroupName: { 'Fn::Join': ['', ['/aws/vendedlogs/states/', { Ref: 'Name' }]] },
  });
});
