import type { EndpointService, JsonObject, ServiceReply, ServiceRequest } from '../../contracts';
import { asObject, strings } from '../../protocol/json';
import { ServiceError } from '../../protocol/service-error';
import { SegmentError, type TraceStore } from './traces';

/** Documented: "AWS X-Ray API Reference". */
const OPERATIONS: Readonly<Record<string, string>> = {
  '/TraceSegments': 'PutTraceSegments',
  '/TelemetryRecords': 'PutTelemetryRecords',
};
const JSON_TYPE = { 'content-type': 'application/json' };

/** What programs send to X-Ray. Documented: "Actions, resources, and condition keys for AWS X-Ray": the resource of both actions is `*`. */
export function xrayService(traces: TraceStore): EndpointService {
  return {
    name: 'xray',
    read(request) {
      const path = request.url.split('?')[0];
      const operation = OPERATIONS[path];
      if (operation === undefined || request.method !== 'POST') {
        const supported = Object.values(OPERATIONS).join(' and ');
        throw new ServiceError('InvalidRequestException', `The sandbox supports ${supported} of X-Ray, and not ${request.method} ${path}`);
      }
      const input = inputOf(request);
      return {
        operation,
        checks: () => [{ action: `xray:${operation}`, resource: '*', context: {} }],
        execute: () => reply(operation === 'PutTraceSegments' ? putSegments(input) : {}),
      };
    },
    error: (_request, code, message, status) => failure(code, message, status),
    denied: (_request, { message }) => failure('AccessDeniedException', message, 403),
  };

  function putSegments({ TraceSegmentDocuments }: JsonObject): JsonObject {
    const unprocessed = strings(TraceSegmentDocuments).flatMap((document) => {
      try {
        traces.put(document);
        return [];
      } catch (error) {
        if (!(error instanceof SegmentError)) throw error;
        return [{ Id: error.id, ErrorCode: error.code, Message: error.message }];
      }
    });
    return { UnprocessedTraceSegments: unprocessed };
  }
}

function inputOf({ body }: ServiceRequest): JsonObject {
  const input = asObject(body.toString() || '{}');
  if (input === undefined) throw new ServiceError('InvalidRequestException', 'The body is not a JSON object');
  return input;
}

function reply(output: JsonObject): ServiceReply {
  return { status: 200, headers: JSON_TYPE, body: JSON.stringify(output) };
}

function failure(code: string, message: string, status: number): ServiceReply {
  return { status, headers: { ...JSON_TYPE, 'x-amzn-errortype': code }, body: JSON.stringify({ Message: message }), error: code };
}
