import type { Metrics, ServiceReply, ServiceRequest } from '../../contracts';
import type { S3Request } from './read';

/** A metrics configuration of a bucket: request metrics of objects with a prefix. */
export interface RequestMetricsFilter {
  readonly id: string;
  readonly prefix: string;
}

/** Counts a request to a bucket, which has ended. */
export type CountRequest = (
  bucket: { readonly name: string; readonly requestMetrics: readonly RequestMetricsFilter[] },
  request: S3Request,
  sent: Pick<ServiceRequest, 'method' | 'body'>,
  reply: Pick<ServiceReply, 'status' | 'headers' | 'body'>,
  milliseconds: number,
) => void;

const BY_METHOD: Readonly<Record<string, string>> = {
  GET: 'GetRequests',
  PUT: 'PutRequests',
  DELETE: 'DeleteRequests',
  HEAD: 'HeadRequests',
  POST: 'PostRequests',
};
const UNITS = {
  ...Object.fromEntries(
    ['AllRequests', ...Object.values(BY_METHOD), 'ListRequests', '4xxErrors', '5xxErrors'].map((name) => [name, 'Count']),
  ),
  ...{ BytesUploaded: 'Bytes', BytesDownloaded: 'Bytes', TotalRequestLatency: 'Milliseconds' },
};

/**
 * Documented: "Amazon S3 CloudWatch request metrics in CloudWatch", of a bucket with a metrics configuration. A prefix counts requests for
 * objects; those without an object count for configurations without one.
 */
export function requestCounter(metrics: Metrics): CountRequest {
  const put = metrics.source({ namespace: 'AWS/S3', units: UNITS, dimensions: [['BucketName', 'FilterId']] });
  return ({ name: BucketName, requestMetrics }, { key, operation }, { method, body }, reply, milliseconds) => {
    for (const { id: FilterId, prefix } of requestMetrics) {
      if (!key.startsWith(prefix)) continue;
      const kind = operation.name.startsWith('List') ? 'ListRequests' : BY_METHOD[method];
      put(
        { BucketName, FilterId },
        {
          ...{ AllRequests: 1, ...(kind === undefined ? {} : { [kind]: 1 }), TotalRequestLatency: milliseconds },
          ...{ '4xxErrors': reply.status >= 400 && reply.status < 500 ? 1 : 0, '5xxErrors': reply.status >= 500 ? 1 : 0 },
          ...(body.length > 0 ? { BytesUploaded: body.length } : {}),
          ...(method === 'GET' && reply.status < 300 ? { BytesDownloaded: Buffer.byteLength(reply.body) } : {}),
        },
      );
    }
  };
}
