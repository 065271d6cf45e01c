import { randomUUID } from 'node:crypto';
import type { Assembly, Call, JsonObject, Principal, ServiceRequest } from '../../contracts';
import type { Sessions } from '../../iam/sessions';
import { type KeyNames, parametersOf } from './parameters';
import type { Selectable } from './selectors';

/** What is needed to write an event. */
export interface EventParts {
  readonly assembly: Assembly;
  readonly sessions: Sessions;
  readonly keyNames: KeyNames;
}

/** Operations that are data events, by service, and the type of their resource. Documented: "Logging data events" (CloudTrail User Guide). */
const DATA: Readonly<Record<string, readonly [type: string, operations: RegExp]>> = {
  dynamodb: [
    'AWS::DynamoDB::Table',
    /^(Batch(Get|Write)Item|(Get|Put|Update|Delete)Item|Query|Scan|Transact(Get|Write)Items|(Batch)?ExecuteStatement|ExecuteTransaction|GetRecords|GetShardIterator)$/,
  ],
  s3: ['AWS::S3::Object', /Object|Multipart|^UploadPart/],
  lambda: ['AWS::Lambda::Function', /^Invoke$/],
  sqs: ['AWS::SQS::Queue', /^(Send|Receive|Delete|ChangeMessage)/],
  sns: ['AWS::SNS::Topic', /^Publish/],
  firehose: ['AWS::KinesisFirehose::DeliveryStream', /^PutRecord/],
  monitoring: ['AWS::CloudWatch::Metric', /^PutMetricData$/],
  xray: ['AWS::XRay::Trace', /^Put/],
  logs: ['AWS::Logs::LogGroupDelivery', /^PutLogEvents$/],
};
/** PartiQL is not: an example in "Understanding DynamoDB log file entries" has a SELECT with `readOnly: false`. */
const READS = /^(Get|Head|List|Describe|BatchGet|TransactGet|Query$|Scan$|Lookup|AssumeRole)/;

/** What selectors see of a call. */
export function selectableOf({ service, operation, resources, principal }: Call): Selectable {
  const [resourceType, operations] = DATA[service] ?? [];
  const isData = operations?.test(operation) === true;
  return {
    ...{ eventCategory: isData ? 'Data' : 'Management', eventName: operation, eventSource: `${service}.amazonaws.com` },
    ...{ readOnly: READS.test(operation), userArn: principal },
    ...(isData ? { resourceType } : {}),
    resourceArns: isData ? arnsOf(service, resources) : [],
  };
}

/** The resources of a data event: the table without its indexes and streams, the objects, the function. */
function arnsOf(service: string, resources: readonly string[]): string[] {
  const own = resources.filter((arn) => arn.split(':')[2] === service);
  if (service !== 'dynamodb') return own;
  return [...new Set(own.map((arn) => arn.split('/').slice(0, 2).join('/')))];
}

/**
 * An event as CloudTrail writes it. Documented: "CloudTrail record contents", "CloudTrail userIdentity element" (CloudTrail User Guide).
 */
export function eventOf(parts: EventParts, call: Call, request: ServiceRequest, selectable: Selectable): JsonObject {
  const { assembly, sessions } = parts;
  const { account, region } = assembly;
  const { eventCategory, readOnly, eventSource, resourceType, resourceArns } = selectable;
  const { 'user-agent': agent } = request.headers;
  const requestParameters = parametersOf(parts.keyNames, call, request, resourceArns);
  return {
    ...{ eventVersion: '1.11', userIdentity: identityOf(request.principal, sessions, account) },
    ...{ eventTime: `${new Date(call.at).toISOString().slice(0, 19)}Z`, eventSource, eventName: call.operation, awsRegion: region },
    // Calls of services have no client.
    ...{ sourceIPAddress: agent === undefined ? 'AWS Internal' : '127.0.0.1', userAgent: agent ?? 'AWS Internal' },
    ...(call.error === undefined ? {} : { errorCode: call.denied === undefined ? call.error : 'AccessDenied' }),
    ...{ requestParameters, responseElements: null, requestID: randomUUID(), eventID: randomUUID(), readOnly },
    ...(resourceType === undefined ? {} : { resources: resourcesOf(resourceType, resourceArns, account) }),
    ...{ eventType: 'AwsApiCall', managementEvent: eventCategory === 'Management', recipientAccountId: account, eventCategory },
  };
}

function resourcesOf(type: string, arns: readonly string[], accountId: string): JsonObject[] {
  if (type !== 'AWS::S3::Object') return arns.map((ARN) => ({ accountId, type, ARN }));
  const buckets = [...new Set(arns.map((arn) => arn.split('/')[0]))];
  const objects = arns.filter((arn) => arn.includes('/')).map((ARN) => ({ type, ARN }));
  return [...objects, ...buckets.map((ARN) => ({ accountId, type: 'AWS::S3::Bucket', ARN }))];
}

function identityOf({ arn, roleArn, accessKeyId }: Principal, sessions: Sessions, accountId: string): JsonObject {
  const session = sessions.find(accessKeyId);
  if (session === undefined) return { type: 'Unknown', principalId: 'Anonymous' };
  const { userId, issued } = session;
  if (roleArn === undefined) return { type: 'Root', principalId: accountId, arn, accountId, accessKeyId };
  const [id] = userId.split(':');
  const creationDate = issued === undefined ? undefined : `${new Date(issued).toISOString().slice(0, 19)}Z`;
  return {
    ...{ type: 'AssumedRole', principalId: userId, arn, accountId, accessKeyId },
    sessionContext: {
      sessionIssuer: { type: 'Role', principalId: id, arn: roleArn, accountId, userName: roleArn.split('/').at(-1) ?? '' },
      attributes: { ...(creationDate === undefined ? {} : { creationDate }), mfaAuthenticated: 'false' },
    },
  };
}
