import * as cdk from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as ecsPatterns from 'aws-cdk-lib/aws-ecs-patterns';
import * as iam from 'aws-cdk-lib/aws-iam';

/** The collector's configuration, which is JSON and therefore YAML too. */
const configuration = {
  receivers: { otlp: { protocols: { http: { endpoint: '127.0.0.1:4318' } } } },
  processors: { 'batch/traces': { timeout: '1s' }, resourcedetection: { detectors: ['env', 'ecs'] } },
  exporters: { awsxray: { indexed_attributes: ['order'] } },
  service: { pipelines: { traces: { receivers: ['otlp'], processors: ['resourcedetection', 'batch/traces'], exporters: ['awsxray'] } } },
};

/** A service with the OpenTelemetry collector of AWS beside it, which has its configuration in a variable. */
class TracedServiceStack extends cdk.Stack {
  constructor(scope: cdk.App, id: string) {
    super(scope, id);
    const vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2, natGateways: 1 });
    const service = new ecsPatterns.ApplicationLoadBalancedFargateService(this, 'Orders', {
      vpc,
      memoryLimitMiB: 1024,
      cpu: 512,
      taskImageOptions: {
        image: ecs.ContainerImage.fromRegistry('public.ecr.aws/example/orders:2.0'),
        containerPort: 8080,
        environment: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_SERVICE_NAME: 'orders' },
      },
    });
    service.targetGroup.configureHealthCheck({ path: '/health' });
    service.taskDefinition.addContainer('collector', {
      image: ecs.ContainerImage.fromRegistry('public.ecr.aws/aws-observability/aws-otel-collector:v0.43.3'),
      environment: { AOT_CONFIG_CONTENT: JSON.stringify(configuration) },
      logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'collector' }),
      memoryReservationMiB: 256,
    });
    service.taskDefinition.taskRole.addManagedPolicy(iam.ManagedPolicy.fromAwsManagedPolicyName('AWSXRayDaemonWriteAccess'));
  }
}

new TracedServiceStack(new cdk.App(), 'TracedService');
