import type { Metrics } from '../../contracts';

/** Puts the metrics of a request that was answered. */
export type CountRequest = (
  api: { readonly name: string; readonly stage: string },
  answer: { readonly status: number; readonly milliseconds: number; readonly integrationMilliseconds?: number },
) => void;

/**
 * Documented: "Amazon API Gateway dimensions and metrics": for the API and for its stage. The average of `4XXError` and `5XXError` is the
 * rate, so that each request has a value.
 */
export function requestCounter(metrics: Metrics): CountRequest {
  const put = metrics.source({
    namespace: 'AWS/ApiGateway',
    units: {
      ...{ Count: 'Count', '4XXError': 'Count', '5XXError': 'Count', Latency: 'Milliseconds', IntegrationLatency: 'Milliseconds' },
    },
    dimensions: [['ApiName'], ['ApiName', 'Stage']],
  });
  return ({ name, stage }, { status, milliseconds, integrationMilliseconds }) =>
    put(
      { ApiName: name, Stage: stage },
      {
        ...{ Count: 1, '4XXError': status >= 400 && status < 500 ? 1 : 0, '5XXError': status >= 500 ? 1 : 0, Latency: milliseconds },
        ...(integrationMilliseconds === undefined ? {} : { IntegrationLatency: integrationMilliseconds }),
      },
    );
}
