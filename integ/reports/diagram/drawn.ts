/** How resources of a type are drawn. */
export interface Look {
  /** The name by which people know the service. */
  readonly service: string;
  /** The colour of its kind. */
  readonly colour: string;
}

const COMPUTE = '#d86613';
const DATA = '#3b48cc';
const STORAGE = '#3f8624';
const MESSAGES = '#b0084d';
const ENTRY = '#693cc5';
const OPERATIONS = '#7d8998';

/** The types that are drawn: what data passes, is stored in, or starts. Roles, policies, logs and networks are not. */
export const DRAWN: Readonly<Record<string, Look>> = {
  'AWS::ApiGateway::RestApi': { service: 'API Gateway', colour: ENTRY },
  'AWS::Athena::WorkGroup': { service: 'Athena', colour: DATA },
  'AWS::CloudFront::Distribution': { service: 'CloudFront', colour: ENTRY },
  'AWS::CloudTrail::Trail': { service: 'CloudTrail', colour: OPERATIONS },
  'AWS::CloudWatch::Dashboard': { service: 'CloudWatch dashboard', colour: OPERATIONS },
  'AWS::Cognito::UserPool': { service: 'Cognito', colour: ENTRY },
  'AWS::DynamoDB::Table': { service: 'DynamoDB', colour: DATA },
  'AWS::ECS::Service': { service: 'Fargate', colour: COMPUTE },
  'AWS::ElasticLoadBalancingV2::LoadBalancer': { service: 'load balancer', colour: ENTRY },
  'AWS::Events::Connection': { service: 'HTTPS, outside', colour: MESSAGES },
  'AWS::Events::Rule': { service: 'EventBridge', colour: MESSAGES },
  'AWS::KinesisFirehose::DeliveryStream': { service: 'Firehose', colour: DATA },
  'AWS::Lambda::Function': { service: 'Lambda', colour: COMPUTE },
  'AWS::Pipes::Pipe': { service: 'Pipes', colour: MESSAGES },
  'AWS::RDS::DBInstance': { service: 'RDS', colour: DATA },
  'AWS::S3::Bucket': { service: 'S3', colour: STORAGE },
  'AWS::SNS::Topic': { service: 'SNS', colour: MESSAGES },
  'AWS::SQS::Queue': { service: 'SQS', colour: MESSAGES },
  'AWS::Scheduler::Schedule': { service: 'Scheduler', colour: MESSAGES },
  'AWS::StepFunctions::StateMachine': { service: 'Step Functions', colour: COMPUTE },
  'AWS::WAFv2::WebACL': { service: 'WAF', colour: ENTRY },
};
