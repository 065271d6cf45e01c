import { join } from 'node:path';
import * as cdk from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';

/** A state machine that starts a job, waits, and asks until the job is done. */
class JobStack extends cdk.Stack {
  constructor(scope: cdk.App, id: string) {
    super(scope, id);

    const code = lambda.Code.fromAsset(join(__dirname, 'lambda'));
    const submit = new lambda.Function(this, 'Submit', { runtime: lambda.Runtime.NODEJS_22_X, code, handler: 'submit.handler' });
    const status = new lambda.Function(this, 'Status', { runtime: lambda.Runtime.NODEJS_22_X, code, handler: 'status.handler' });

    const start = new tasks.LambdaInvoke(this, 'Start job', { lambdaFunction: submit, outputPath: '$.Payload' });
    const wait = new sfn.Wait(this, 'Wait', { time: sfn.WaitTime.secondsPath('$.seconds') });
    const ask = new tasks.LambdaInvoke(this, 'Get status', { lambdaFunction: status, outputPath: '$.Payload' });
    const failed = new sfn.Fail(this, 'Failed', { error: 'JobFailed', cause: 'The job reported an error' });
    const done = new sfn.Succeed(this, 'Done');

    const machine = new sfn.StateMachine(this, 'Jobs', {
      definitionBody: sfn.DefinitionBody.fromChainable(
        start
          .next(wait)
          .next(ask)
          .next(
            new sfn.Choice(this, 'Done?')
              .when(sfn.Condition.stringEquals('$.status', 'FAILED'), failed)
              .when(sfn.Condition.stringEquals('$.status', 'SUCCEEDED'), done)
              .otherwise(wait),
          ),
      ),
      timeout: cdk.Duration.minutes(5),
    });
    new cdk.CfnOutput(this, 'MachineArn', { value: machine.stateMachineArn });
    new cdk.CfnOutput(this, 'StatusName', { value: status.functionName });
  }
}

new JobStack(new cdk.App(), 'JobPoller');
