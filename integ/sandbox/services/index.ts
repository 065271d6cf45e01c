import { graphTypes } from '../assembly/graph-types';
import type { ResourceType } from '../contracts';
import { resourceTypes as templateOnly } from '../coverage/resource-types';
import type { ServiceModule } from '../service-module';
import { apigateway } from './apigateway';
import { athena } from './athena';
import { cloudformation } from './cloudformation';
import { cloudtrail } from './cloudtrail';
import { cloudwatch } from './cloudwatch';
import { cognito } from './cognito';
import { dynamodb } from './dynamodb';
import { ec2 } from './ec2';
import { ecs } from './ecs';
import { elasticloadbalancingv2 } from './elasticloadbalancingv2';
import { events } from './events';
import { firehose } from './firehose';
import { glue } from './glue';
import { iam } from './iam';
import { kms } from './kms';
import { lambda } from './lambda';
import { logs } from './logs';
import { pipes } from './pipes';
import { s3 } from './s3';
import { scheduler } from './scheduler';
import { secretsmanager } from './secretsmanager';
import { sns } from './sns';
import { sqs } from './sqs';
import { ssm } from './ssm';
import { stepfunctions } from './stepfunctions';
import { sts } from './sts';
import { wafv2 } from './wafv2';
import { xray } from './xray';

/**
 * The services of the sandbox, in the order in which they start and become ready: custom resources run before APIs start, and event sources
 * poll after APIs have started.
 */
export const services: readonly ServiceModule[] = [
  cloudformation,
  iam,
  kms,
  logs,
  cloudwatch,
  dynamodb,
  sqs,
  s3,
  secretsmanager,
  sns,
  ssm,
  sts,
  cloudtrail,
  wafv2,
  xray,
  ec2,
  elasticloadbalancingv2,
  apigateway,
  lambda,
  cognito,
  events,
  stepfunctions,
  ecs,
  glue,
  firehose,
  athena,
  pipes,
  scheduler,
];

/** Every resource type in the sandbox, including those that it does not run. */
export const resourceTypes: readonly ResourceType[] = [...graphTypes, ...services.flatMap(({ types }) => types), ...templateOnly];
