import * as cdk from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as ecsPatterns from 'aws-cdk-lib/aws-ecs-patterns';
import * as lambda from 'aws-cdk-lib/aws-lambda';

/** The first service of many tutorials: an image from a registry, behind a load balancer. */
class SampleStack extends cdk.Stack {
  constructor(scope: cdk.App, id: string) {
    super(scope, id);
    const vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2 });
    const cluster = new ecs.Cluster(this, 'Cluster', { vpc });
    new ecsPatterns.ApplicationLoadBalancedFargateService(this, 'Sample', {
      cluster,
      taskImageOptions: { image: ecs.ContainerImage.fromRegistry('amazon/amazon-ecs-sample') },
    });
    const ping = new lambda.Function(this, 'Ping', {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline("exports.handler = async () => 'pong';"),
    });
    new cdk.CfnOutput(this, 'PingName', { value: ping.functionName });
  }
}

new SampleStack(new cdk.App(), 'SampleImage');
