import type { Assembly, Check, JsonObject } from '../../contracts';
import type { AwsJson, JsonEngine } from '../../protocol/aws-json';
import { objectOf, objects } from '../../protocol/json';
import { ServiceError } from '../../protocol/service-error';

/** The API of streams. Its requests are signed like those for tables. */
export const STREAMS: AwsJson = { target: 'DynamoDBStreams_20120810', version: '1.0' };

/** The account and the Region that DynamoDB Local writes in ARNs. */
const ENGINE = 'arn:aws:dynamodb:ddblocal:000000000000:';

/** The members of inputs and outputs that are or begin with the ARN of a stream. */
const ARNS = ['StreamArn', 'ShardIterator', 'NextShardIterator'];

/** The operations of streams, with the ARNs of the template. */
export interface Streams {
  /** Documented: Service Authorization Reference, Amazon DynamoDB. ListStreams has no resource-level permissions. */
  checks(operation: string, input: JsonObject): Check[];
  execute(operation: string, input: JsonObject): Promise<JsonObject>;
}

export function streamsOf({ partition, region, account }: Assembly, engine: JsonEngine): Streams {
  const own = `arn:${partition}:dynamodb:${region}:${account}:`;
  return {
    checks(operation, input) {
      const context = {};
      switch (operation) {
        case 'ListStreams':
          return [{ action: 'dynamodb:ListStreams', resource: '*', context }];
        case 'DescribeStream':
        case 'GetShardIterator':
          return [{ action: `dynamodb:${operation}`, resource: String(input.StreamArn), context }];
        case 'GetRecords':
          return [{ action: 'dynamodb:GetRecords', resource: String(input.ShardIterator).split('|')[0], context }];
        default:
          throw new ServiceError('UnknownOperationException', `The sandbox does not support the operation ${operation} of streams`);
      }
    },
    async execute(operation, input) {
      const output = await engine.call(operation, replaced(input, own, ENGINE));
      const { StreamDescription, Streams, Records } = output;
      return {
        ...replaced(output, ENGINE, own),
        ...(StreamDescription === undefined ? {} : { StreamDescription: replaced(objectOf(StreamDescription), ENGINE, own) }),
        ...(Streams === undefined ? {} : { Streams: objects(Streams).map((stream) => replaced(stream, ENGINE, own)) }),
        ...(Records === undefined ? {} : { Records: objects(Records).map((record) => ({ ...record, awsRegion: region })) }),
      };
    },
  };
}

function replaced(members: JsonObject, from: string, to: string): JsonObject {
  const changed = ARNS.flatMap((name) => {
    const value = members[name];
    return typeof value === 'string' && value.startsWith(from) ? [[name, to + value.slice(from.length)] as const] : [];
  });
  return { ...members, ...Object.fromEntries(changed) };
}
