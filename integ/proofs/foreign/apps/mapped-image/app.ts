import * as cdk from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';

/** A service of an image from a registry, put together without patterns. */
class EchoStack extends cdk.Stack {
  constructor(scope: cdk.App, id: string) {
    super(scope, id);
    const vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2, natGateways: 1 });
    const cluster = new ecs.Cluster(this, 'Cluster', { vpc });
    const taskDefinition = new ecs.FargateTaskDefinition(this, 'Task', { memoryLimitMiB: 512, cpu: 256 });
    taskDefinition.addContainer('echo', {
      image: ecs.ContainerImage.fromRegistry('public.ecr.aws/example/echo:1.4'),
      portMappings: [{ containerPort: 8080 }],
      environment: { GREETING: 'Echo' },
      logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'echo' }),
    });
    const service = new ecs.FargateService(this, 'Service', { cluster, taskDefinition, minHealthyPercent: 100 });

    const balancer = new elbv2.ApplicationLoadBalancer(this, 'Balancer', { vpc, internetFacing: true });
    const listener = balancer.addListener('Http', { port: 80 });
    listener.addTargets('Echo', { port: 80, targets: [service], healthCheck: { path: '/health', interval: cdk.Duration.seconds(30) } });
    listener.addAction('Teapot', {
      priority: 1,
      conditions: [elbv2.ListenerCondition.pathPatterns(['/tea'])],
      action: elbv2.ListenerAction.fixedResponse(418, { contentType: 'text/plain', messageBody: 'short and stout' }),
    });
    new cdk.CfnOutput(this, 'Url', { value: `http://${balancer.loadBalancerDnsName}` });
  }
}

new EchoStack(new cdk.App(), 'MappedImage');
