import type { Assembly, Check, EndpointService, JsonObject, LogSink } from '../../contracts';
import { type AwsJson, jsonService } from '../../protocol/aws-json';
import { objects } from '../../protocol/json';
import { ServiceError } from '../../protocol/service-error';
import { logsInsights } from './insights/queries';

const PROTOCOL: AwsJson = { target: 'Logs_20140328', version: '1.1' };

interface Operation {
  /** Whether IAM evaluates one stream; else all streams of the group. */
  readonly ofStream: boolean;
  execute(group: string, stream: string, input: JsonObject): JsonObject;
}

/** What programs do with log groups of the template: create streams, write to them, and query them. */
export function logsService(assembly: Assembly, sink: LogSink): EndpointService {
  const { partition, region, account } = assembly;
  const streams = new Map<string, Set<string>>();
  const missing = (what: string) => new ServiceError('ResourceNotFoundException', `The specified log ${what} does not exist.`);

  const operations: Readonly<Record<string, Operation>> = {
    CreateLogStream: {
      ofStream: true,
      execute(group, stream) {
        const known = streamsOf(group);
        if (known.has(stream)) throw new ServiceError('ResourceAlreadyExistsException', 'The specified log stream already exists');
        known.add(stream);
        return {};
      },
    },
    DescribeLogStreams: {
      ofStream: false,
      execute: (group, _stream, { logStreamNamePrefix = '' }) => ({
        logStreams: [...streamsOf(group)]
          .filter((name) => name.startsWith(String(logStreamNamePrefix)))
          .sort()
          .map((name) => ({ logStreamName: name, arn: `${groupArn(group)}:log-stream:${name}` })),
      }),
    },
    PutLogEvents: {
      ofStream: true,
      execute(group, stream, { logEvents }) {
        if (!streamsOf(group).has(stream)) throw missing('stream');
        for (const { timestamp, message } of objects(logEvents))
          sink.write({ at: Number(timestamp), group, stream, message: String(message) });
        return {};
      },
    },
  };

  const insights = logsInsights(assembly, sink, { arn: (group) => `${groupArn(group)}:log-stream:`, require: requireGroup });

  return jsonService({
    ...{ name: 'logs', protocol: PROTOCOL },
    read(name, input) {
      if (Object.hasOwn(insights, name)) {
        const { checks, execute } = insights[name](input);
        return { checks: () => checks, execute };
      }
      const operation = operations[name];
      if (operation === undefined) {
        const supported = [...Object.keys(operations), ...Object.keys(insights)].join(', ');
        throw new ServiceError(
          'InvalidParameterException',
          `The sandbox does not support the operation ${name} of logs: it has ${supported}`,
        );
      }
      const group = String(input.logGroupName ?? '');
      const stream = String(input.logStreamName ?? '');
      // Documented: "Actions, resources, and condition keys for Amazon CloudWatch Logs". Denials name a group with an empty stream.
      const resource = `${groupArn(group)}:log-stream:${operation.ofStream ? stream : ''}`;
      const checks: Check[] = [{ action: `logs:${name}`, resource, context: {} }];
      return { checks: () => checks, execute: () => operation.execute(group, stream, input) };
    },
  });

  function groupArn(group: string): string {
    return `arn:${partition}:logs:${region}:${account}:log-group:${group}`;
  }

  function requireGroup(group: string): void {
    if (!assembly.ofType('AWS::Logs::LogGroup').some((one) => assembly.ref(one) === group)) throw missing('group');
  }

  function streamsOf(group: string): Set<string> {
    requireGroup(group);
    const known = streams.get(group) ?? new Set(sink.lines(group).map(({ stream }) => stream));
    streams.set(group, known);
    return known;
  }
}
