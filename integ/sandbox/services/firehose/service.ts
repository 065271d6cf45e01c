import { randomUUID } from 'node:crypto';
import type { EndpointService, Findings, JsonObject, ServiceReply } from '../../contracts';
import { type AwsJson, jsonError, jsonInput, jsonOperation, jsonReply } from '../../protocol/aws-json';
import { objectOf, objects } from '../../protocol/json';
import { ServiceError } from '../../protocol/service-error';
import type { Delivery } from './delivery';
import type { TemplateStream } from './delivery-stream';

const PROTOCOL: AwsJson = { target: 'Firehose_20150804', version: '1.1' };
/** Documented: PutRecord and PutRecordBatch (Amazon Data Firehose API Reference). */
const RECORD_BYTES = 1_024_000;
const BATCH_RECORDS = 500;
const BATCH_BYTES = 4 * 1024 * 1024;

/** @param find the delivery stream of a name, with its buffers */
export function firehoseService(
  arnOf: (name: string) => string,
  find: (name: string) => { readonly stream: TemplateStream; readonly delivery: Delivery } | undefined,
  names: () => readonly string[],
): EndpointService {
  const streamOf = (name: string) => {
    const found = find(name);
    if (found !== undefined) return found;
    throw new ServiceError('ResourceNotFoundException', `Firehose ${name} under account ${arnOf(name).split(':')[4]} not found.`);
  };

  function putRecord(name: string, input: JsonObject): JsonObject {
    const { delivery } = streamOf(name);
    delivery.accept([dataOf(objectOf(input.Record), 'record')]);
    return { RecordId: recordId(), Encrypted: false };
  }

  /** A fault can name records that fail while the others are accepted, as for throttling. */
  function putRecordBatch(name: string, input: JsonObject, { faults }: Findings): JsonObject {
    const { delivery } = streamOf(name);
    const given = objects(input.Records);
    if (given.length < 1 || given.length > BATCH_RECORDS)
      throw invalid('records', `Member must have length less than or equal to ${BATCH_RECORDS} and greater than or equal to 1`);
    const records = given.map((record, index) => dataOf(record, `records.${index + 1}.member`));
    if (records.reduce((sum, { length }) => sum + length, 0) > BATCH_BYTES)
      throw new ServiceError('InvalidArgumentException', 'Records size exceeds 4 MB limit');
    const faultOf = (index: number) => faults.find(({ statements }) => statements?.includes(index));
    delivery.accept(records.filter((_, index) => faultOf(index) === undefined));
    const RequestResponses = records.map((_, index): JsonObject => {
      const fault = faultOf(index);
      return fault === undefined ? { RecordId: recordId() } : { ErrorCode: fault.code, ErrorMessage: fault.message ?? 'Slow down.' };
    });
    return {
      FailedPutCount: RequestResponses.filter(({ ErrorCode }) => ErrorCode !== undefined).length,
      Encrypted: false,
      RequestResponses,
    };
  }

  function describe(name: string): JsonObject {
    const { stream } = streamOf(name);
    const status = {
      DeliveryStreamName: stream.name,
      DeliveryStreamARN: stream.arn,
      DeliveryStreamStatus: 'ACTIVE',
      DeliveryStreamType: 'DirectPut',
    };
    return {
      DeliveryStreamDescription: {
        ...status,
        VersionId: '1',
        Destinations: [{ DestinationId: 'destinationId-000000000001' }],
        HasMoreDestinations: false,
      },
    };
  }

  function execute(operation: string, name: string, input: JsonObject, findings: Findings): JsonObject {
    switch (operation) {
      case 'PutRecord':
        return putRecord(name, input);
      case 'PutRecordBatch':
        return putRecordBatch(name, input, findings);
      case 'DescribeDeliveryStream':
        return describe(name);
      case 'ListDeliveryStreams':
        return { DeliveryStreamNames: [...names()], HasMoreDeliveryStreams: false };
      default:
        throw new ServiceError('InvalidArgumentException', `The sandbox does not support the operation ${operation} of firehose`);
    }
  }

  const error = (code: string, message: string, status = 400): ServiceReply => jsonError(PROTOCOL, code, message, status);
  return {
    name: 'firehose',
    read(request) {
      const operation = jsonOperation(PROTOCOL, request) ?? 'unknown';
      const input = jsonInput(request);
      const name = String(input.DeliveryStreamName ?? '');
      const resource = operation === 'ListDeliveryStreams' ? '*' : arnOf(name);
      return {
        operation,
        checks: () => [{ action: `firehose:${operation}`, resource, context: {} }],
        execute: (findings) => jsonReply(PROTOCOL, execute(operation, name, input, findings)),
      };
    },
    error: (_request, code, message, status) => error(code, message, status),
  };
}

function dataOf({ Data }: JsonObject, member: string): Buffer {
  const data = Buffer.from(String(Data ?? ''), 'base64');
  if (data.length > RECORD_BYTES) throw invalid(`${member}.data`, `Member must have length less than or equal to ${RECORD_BYTES}`);
  return data;
}

function invalid(member: string, constraint: string): ServiceError {
  return new ServiceError(
    'ValidationException',
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

function recordId(): string {
  return Buffer.from(randomUUID() + randomUUID()).toString('base64');
}
