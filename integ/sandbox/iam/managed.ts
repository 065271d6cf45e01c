import { expanded } from '../assembly/resource-types';
import type { JsonObject } from '../contracts';

const LOGS = 'logs:{CreateLogGroup,CreateLogStream,PutLogEvents}';

/**
 * AWS managed policies that CDK constructs and public examples attach, from the AWS Managed Policy Reference Guide
 * (docs.aws.amazon.com/aws-managed-policy/latest/reference). Any other is rejected by name when its role is used.
 */
const DOCUMENTS: Readonly<Record<string, JsonObject>> = {
  'service-role/AWSLambdaBasicExecutionRole': allow(LOGS),
  'service-role/AWSLambdaVPCAccessExecutionRole': allow(
    LOGS,
    'ec2:{CreateNetworkInterface,DescribeNetworkInterfaces,DescribeSubnets,DeleteNetworkInterface,AssignPrivateIpAddresses,UnassignPrivateIpAddresses}',
  ),
  'service-role/AWSLambdaSQSQueueExecutionRole': allow('sqs:{ReceiveMessage,DeleteMessage,GetQueueAttributes}', LOGS),
  'service-role/AWSLambdaDynamoDBExecutionRole': allow('dynamodb:{DescribeStream,GetRecords,GetShardIterator,ListStreams}', LOGS),
  'service-role/AWSLambdaKinesisExecutionRole': allow(
    'kinesis:{DescribeStream,DescribeStreamSummary,GetRecords,GetShardIterator,ListShards,ListStreams,SubscribeToShard}',
    LOGS,
  ),
  'service-role/AmazonAPIGatewayPushToCloudWatchLogs': allow(
    'logs:{CreateLogGroup,CreateLogStream,DescribeLogGroups,DescribeLogStreams,PutLogEvents,GetLogEvents,FilterLogEvents}',
  ),
  'service-role/AmazonECSTaskExecutionRolePolicy': allow(
    'ecr:{GetAuthorizationToken,BatchCheckLayerAvailability,GetDownloadUrlForLayer,BatchGetImage}',
    'logs:{CreateLogStream,PutLogEvents}',
  ),
  AWSXRayDaemonWriteAccess: allow(
    'xray:{PutTraceSegments,PutTelemetryRecords,GetSamplingRules,GetSamplingTargets,GetSamplingStatisticSummaries}',
  ),
  CloudWatchLambdaInsightsExecutionRolePolicy: {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'logs:CreateLogGroup', Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: 'arn:aws:logs:*:*:log-group:/aws/lambda-insights:*',
      },
    ],
  },
  'service-role/AWSLambdaRole': allow('lambda:InvokeFunction'),
  AmazonSQSFullAccess: allow('sqs:*'),
  AmazonS3FullAccess: allow('s3:*', 's3-object-lambda:*'),
  AmazonS3ReadOnlyAccess: allow('s3:{Get*,List*,Describe*}', 's3-object-lambda:{Get*,List*}'),
  AmazonSSMReadOnlyAccess: allow('ssm:{Describe*,Get*,List*}'),
  AdministratorAccess: allow('*'),
};

const ARN = /^arn:[^:]+:iam::aws:policy\/(.+)$/;

/** Whether AWS, not the template, owns this policy. */
export function isAwsManaged(arn: string): boolean {
  return ARN.test(arn);
}

/** The document of an AWS managed policy. @throws for a policy that is not listed here */
export function managedDocument(arn: string): JsonObject {
  const document = DOCUMENTS[ARN.exec(arn)?.[1] ?? ''];
  if (!document) {
    const known = Object.keys(DOCUMENTS).join(', ');
    throw new Error(`The managed policy ${arn} is not supported: its document is not listed in the sandbox (supported: ${known})`);
  }
  return document;
}

/** @param actions `logs:{CreateLogStream,PutLogEvents}` means two actions */
function allow(...actions: readonly string[]): JsonObject {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions.flatMap(expanded), Resource: '*' }] };
}
