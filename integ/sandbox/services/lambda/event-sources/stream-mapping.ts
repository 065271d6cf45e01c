import type { Assembly, Endpoint, Json, Resource } from '../../../contracts';
import { isTrue, objectOf } from '../../../protocol/json';
import { wholeNumber } from '../configuration';
import type { Target } from './target';
import { targetOf } from './target';

const TYPE = 'AWS::Lambda::EventSourceMapping';
const TABLES = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'];

/** An event source mapping of a table's stream, from its template. */
export interface StreamMapping {
  readonly id: string;
  readonly functionArn: string;
  readonly functionName: string;
  readonly streamArn: string;
  readonly roleArn: string;
  readonly enabled: boolean;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  readonly batchSize: number;
  readonly windowSeconds: number;
  /** Undefined: until the records expire. */
  readonly maximumRetries?: number;
  /** Undefined: as long as the stream has them. */
  readonly maximumAgeSeconds?: number;
  readonly bisect: boolean;
  readonly partialBatches: boolean;
  /** The queue that gets a description of discarded batches. */
  readonly failureQueueUrl?: string;
}

/** The table whose stream has this ARN. */
export function tableOfStream(assembly: Assembly, streamArn: string): Resource | undefined {
  return TABLES.flatMap((type) => assembly.ofType(type)).find(
    (table) =>
      !assembly.leftOut.has(table) &&
      assembly.properties(table).StreamSpecification !== undefined &&
      assembly.attribute(table, 'StreamArn') === streamArn,
  );
}

/**
 * Reads a mapping whose source is the stream of a table, and validates it as CreateEventSourceMapping does (documented: "Process DynamoDB
 * records with Lambda", parameters for DynamoDB event source mappings).
 *
 * @throws if AWS would reject it or the sandbox does not support it
 */
export function readStreamMapping(assembly: Assembly, resource: Resource): StreamMapping {
  const properties = assembly.properties(resource);
  const unsupported = (property: string, why: string): never => {
    throw new Error(`${TYPE}.${property} is not supported (${resource.id}): ${why}`);
  };
  for (const property of ['FilterCriteria', 'TumblingWindowInSeconds', 'StartingPositionTimestamp']) {
    if (properties[property] !== undefined)
      unsupported(property, 'the sandbox delivers every record of a stream, in batches without state');
  }
  const whole = (property: string, least: number, most: number) =>
    wholeNumber(`${TYPE}.${property}`, properties[property], least, most, resource);
  const startingPosition = properties.StartingPosition;
  if (startingPosition !== 'TRIM_HORIZON' && startingPosition !== 'LATEST') {
    return unsupported('StartingPosition', `${startingPosition ?? 'none'}; it must be TRIM_HORIZON or LATEST`);
  }
  const responseTypes = [properties.FunctionResponseTypes ?? []].flat() as Json[];
  if (responseTypes.some((type) => type !== 'ReportBatchItemFailures')) {
    unsupported('FunctionResponseTypes', `${JSON.stringify(responseTypes)}; it can only be ["ReportBatchItemFailures"]`);
  }
  const target: Target = targetOf(assembly, resource);
  return {
    id: resource.id,
    functionArn: target.arn,
    functionName: target.name,
    streamArn: String(properties.EventSourceArn),
    roleArn: target.roleArn,
    enabled: String(properties.Enabled ?? true) !== 'false',
    startingPosition,
    batchSize: whole('BatchSize', 1, 10_000) ?? 100,
    windowSeconds: whole('MaximumBatchingWindowInSeconds', 0, 300) ?? 0,
    maximumRetries: unlessInfinite(whole('MaximumRetryAttempts', -1, 10_000)),
    maximumAgeSeconds: unlessInfinite(whole('MaximumRecordAgeInSeconds', -1, 604_800)),
    bisect: isTrue(properties.BisectBatchOnFunctionError),
    partialBatches: responseTypes.length > 0,
    failureQueueUrl: failureQueue(assembly, objectOf(objectOf(properties.DestinationConfig).OnFailure).Destination, unsupported),
  };
}

function failureQueue(
  assembly: Assembly,
  destination: Json | undefined,
  unsupported: (property: string, why: string) => never,
): string | undefined {
  if (destination === undefined) return undefined;
  const arn = String(destination);
  const queue = assembly.byArn(arn);
  if (queue?.type !== 'AWS::SQS::Queue') {
    return unsupported('DestinationConfig.OnFailure.Destination', assembly.whyLeftOut(arn) ?? `${arn}; it must be a queue of the assembly`);
  }
  return assembly.ref(queue);
}

const unlessInfinite = (value: number | undefined) => (value === -1 ? undefined : value);

/**
 * Checks that the function's role has the permissions that CreateEventSourceMapping requires.
 *
 * @throws if it does not
 */
export function checkStreamPermissions({ id, roleArn, streamArn }: StreamMapping, endpoint: Pick<Endpoint, 'denial'>): void {
  const denied = (action: string, resource: string) =>
    endpoint.denial({ roleArn }, { action: `dynamodb:${action}`, resource, context: {} }) !== undefined;
  if (['GetRecords', 'GetShardIterator', 'DescribeStream'].some((action) => denied(action, streamArn)) || denied('ListStreams', '*')) {
    throw new Error(
      `InvalidParameterValueException (${id}): Cannot access stream ${streamArn}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM.`,
    );
  }
}
