import { Token } from 'aws-cdk-lib';
import { invalid } from '../core/private/base/invalid';
import { CollectorMetrics } from './collector-metrics';
import { requireDigest } from './image-digest';
import type { SettledCollector } from './settled-collector';

/** A collector beside the code. */
export interface CollectorOptions {
  /**
   * How metrics are sent to CloudWatch.
   *
   * @default CollectorMetrics.embeddedMetricFormat()
   */
  readonly metrics?: CollectorMetrics;
  /**
   * Namespace of the metrics in CloudWatch. Metrics that are sent by OTLP have none.
   *
   * @default 'Andamio/SecureContainerService'
   */
  readonly namespace?: string;
  /**
   * Name of the service in traces.
   *
   * @default - the service's prop `name`, or a generated name
   */
  readonly serviceName?: string;
  /**
   * Share of requests that are traced if nobody decided before, 0 to 1. A decision that comes with a request counts: of API Gateway, if
   * `propagators` has `xray`.
   *
   * @default 0.05
   */
  readonly sampledShare?: number;
  /**
   * Headers that hold the trace of a request, by their names in OpenTelemetry. With `xray`, traces of API Gateway go on in the service. The
   * code needs a package for it then: Python does not start without `opentelemetry-propagator-aws-xray`.
   *
   * @default ['tracecontext', 'baggage']
   */
  readonly propagators?: string[];
  /**
   * Image of the collector, with its digest.
   *
   * @default - version 0.48.0 of the AWS Distro for OpenTelemetry
   */
  readonly image?: string;
}

/** By its digest: the code of a tag of a public registry can change. */
const ADOT =
  'public.ecr.aws/aws-observability/aws-otel-collector:v0.48.0@sha256:9b28046359054b414f4ba76056ba4e8cffda2d53fbcee06171d7eeecd71326c3';

/** How traces and metrics of the code reach AWS. */
export class OpenTelemetry {
  /** The code sends nothing, or by itself. */
  public static none(): OpenTelemetry {
    return new OpenTelemetry();
  }

  /**
   * A collector of the AWS Distro for OpenTelemetry in each task: the code sends OTLP to it, as the environment variables `OTEL_…` say, and
   * it sends traces to X-Ray and metrics to CloudWatch, in the role of the code. It takes up to 128 MiB of the task's memory. If it ends,
   * the code goes on without it. Variables in `container.environment` take precedence.
   *
   * @param options metrics, name, sampling and headers
   * @throws when the share is out of range, a propagator has no name, the image has no digest, or a namespace is given for metrics without one
   */
  public static adotSidecar(options: CollectorOptions = {}): OpenTelemetry {
    const { namespace = 'Andamio/SecureContainerService', sampledShare = 0.05, image = ADOT, serviceName } = options;
    const { propagators = ['tracecontext', 'baggage'], metrics = CollectorMetrics.embeddedMetricFormat() } = options;
    if (options.namespace !== undefined && metrics._format === 'otlp') {
      invalid('OpenTelemetry', 'namespace', options.namespace, 'no namespace with CollectorMetrics.otlp(), whose metrics have none');
    }
    if (!Token.isUnresolved(sampledShare) && !(sampledShare >= 0 && sampledShare <= 1)) {
      invalid('OpenTelemetry', 'sampledShare', sampledShare, 'a number from 0 to 1');
    }
    if (propagators.length === 0 || propagators.some((name) => !Token.isUnresolved(name) && !/^[a-z0-9]+$/.test(name))) {
      invalid('OpenTelemetry', 'propagators', propagators, "names of propagators, such as ['tracecontext', 'baggage', 'xray']");
    }
    requireDigest('OpenTelemetry', 'image', image);
    return new OpenTelemetry({ namespace, metrics: metrics._format, sampledShare, propagators, image, serviceName });
  }

  private constructor(
    /** @internal */
    public readonly _collector?: SettledCollector,
  ) {}
}
