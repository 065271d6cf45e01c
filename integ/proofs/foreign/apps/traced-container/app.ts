import * as cdk from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as ecsPatterns from 'aws-cdk-lib/aws-ecs-patterns';
import * as iam from 'aws-cdk-lib/aws-iam';

/** A public image with the OpenTelemetry collector of AWS beside it. */
class TracedStack extends cdk.Stack {
  constructor(scope: cdk.App, id: string) {
    super(scope, id);
    const vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2, natGateways: 1 });
    const service = new ecsPatterns.ApplicationLoadBalancedFargateService(this, 'Echo', {
      vpc,
      memoryLimitMiB: 1024,
      cpu: 512,
      circuitBreaker: { rollback: true },
      taskImageOptions: {
        image: ecs.ContainerImage.fromRegistry('public.ecr.aws/example/echo:1.4'),
        containerPort: 8080,
        environment: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318', OTEL_SERVICE_NAME: 'echo' },
      },
    });
    service.targetGroup.configureHealthCheck({ path: '/health' });
    service.taskDefinition.addContainer('collector', {
      image: ecs.ContainerImage.fromRegistry('public.ecr.aws/aws-observability/aws-otel-collector:v0.43.3'),
      command: ['--config=/etc/ecs/ecs-default-config.yaml'],
      logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'collector' }),
      memoryReservationMiB: 256,
    });
    service.taskDefinition.taskRole.addManagedPolicy(iam.ManagedPolicy.fromAwsManagedPolicyName('AWSXRayDaemonWriteAccess'));
  }
}

new TracedStack(new cdk.App(), 'TracedContainer');
