import { testMetrics } from '../../testing/metrics';
import { requestCounter } from './metrics';

// Documented: "Amazon API Gateway dimensions and metrics" (API Gateway Developer Guide).
test('each request is counted for its API and its stage, with an error rate as average', () => {
  const { metrics, sums } = testMetrics();
  const count = requestCounter(metrics);
  const api = { name: 'Shop', stage: 'prod' };
  count(api, { status: 200, milliseconds: 10, integrationMilliseconds: 8 });
  count(api, { status: 404, milliseconds: 2 });
  count(api, { status: 504, milliseconds: 20, integrationMilliseconds: 19 });
  for (const dimensions of ['[ApiName=Shop]', '[ApiName=Shop,Stage=prod]']) {
    const expected = ['Count%: 3', '4XXError%: 1', '5XXError%: 1', 'Latency%: 32', 'IntegrationLatency%: 27'];
    expect(sums()).toEqual(expect.arrayContaining(expected.map((line) => line.replace('%', dimensions))));
  }
});
