import * as cdk from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';

const CODE = `exports.main = async ({ 'detail-type': type = 'no event' }) => {
  console.log('report of', type);
  return { reports: 1 };
};`;

/** A function that runs every evening of a working day. */
class ReportStack extends cdk.Stack {
  constructor(scope: cdk.App, id: string) {
    super(scope, id);
    const report = new lambda.Function(this, 'Report', {
      runtime: lambda.Runtime.NODEJS_22_X,
      code: lambda.Code.fromInline(CODE),
      handler: 'index.main',
      timeout: cdk.Duration.minutes(5),
    });
    const evening = new events.Rule(this, 'Evening', { schedule: events.Schedule.expression('cron(0 18 ? * MON-FRI *)') });
    evening.addTarget(new targets.LambdaFunction(report));

    new cdk.CfnOutput(this, 'ReportName', { value: report.functionName });
  }
}

new ReportStack(new cdk.App(), 'NightlyReport');
