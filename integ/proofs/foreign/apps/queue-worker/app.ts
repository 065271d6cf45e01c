import { join } from 'node:path';
import * as cdk from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as ecsPatterns from 'aws-cdk-lib/aws-ecs-patterns';

/** Tasks that work through a queue, more of them if the queue is long. */
class WorkerStack extends cdk.Stack {
  constructor(scope: cdk.App, id: string) {
    super(scope, id);

    const vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2, natGateways: 1 });
    const results = new dynamodb.Table(this, 'Results', {
      partitionKey: { name: 'word', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
    });
    const worker = new ecsPatterns.QueueProcessingFargateService(this, 'Worker', {
      vpc,
      image: ecs.ContainerImage.fromAsset(join(__dirname, 'worker')),
      memoryLimitMiB: 512,
      environment: { RESULTS: results.tableName },
      minScalingCapacity: 1,
      maxScalingCapacity: 3,
    });
    results.grantWriteData(worker.taskDefinition.taskRole);

    new cdk.CfnOutput(this, 'ResultsName', { value: results.tableName });
    new cdk.CfnOutput(this, 'QueueUrl', { value: worker.sqsQueue.queueUrl });
  }
}

new WorkerStack(new cdk.App(), 'QueueWorker');
