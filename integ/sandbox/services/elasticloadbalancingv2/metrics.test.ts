import { testMetrics } from '../../testing/metrics';
import type { AccessLogEntry } from './access-log';
import { balancerMetrics } from './metrics';
import type { RegisteredTarget } from './target';

const BALANCER = { id: 'app/shop/1' };
const GROUP = { arn: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/2' };
const entry = (more: Partial<AccessLogEntry>) =>
  ({ status: 200, receivedBytes: 10, sentBytes: 90, actions: ['forward'], targetGroupArn: GROUP.arn, ...more }) as AccessLogEntry;
const answered = (status: number) => entry({ status, target: '10.0.0.1:80', targetStatus: status, targetTime: 0.5 });

// Documented: "CloudWatch metrics for your Application Load Balancer".
test('a request that reached a target is counted with the class of its answer, for the load balancer and the group', () => {
  const { metrics, sums } = testMetrics();
  const { request } = balancerMetrics(metrics);
  for (const status of [200, 404, 500]) request(BALANCER, answered(status));
  for (const dimensions of ['[LoadBalancer=app/shop/1]', '[LoadBalancer=app/shop/1,TargetGroup=targetgroup/web/2]']) {
    const expected = ['RequestCount%: 3', 'TargetResponseTime%: 1.5', 'HTTPCode_Target_2XX_Count%: 1', 'HTTPCode_Target_5XX_Count%: 1'];
    expect(sums()).toEqual(expect.arrayContaining(expected.map((line) => line.replace('%', dimensions))));
  }
  expect(sums().filter((line) => line.startsWith('HTTPCode_ELB'))).toEqual([]);
  expect(sums()).toContain('ProcessedBytes[LoadBalancer=app/shop/1]: 300');
});

test('an answer of the load balancer itself is its own, and counts as a request only if a target was chosen', () => {
  const { metrics, sum } = testMetrics();
  const { request } = balancerMetrics(metrics);
  request(BALANCER, entry({ status: 503 }));
  request(BALANCER, entry({ status: 502, target: '10.0.0.1:80' }));
  request(BALANCER, entry({ status: 301, actions: ['redirect'] }));
  request(BALANCER, entry({ status: 404, actions: ['waf', 'fixed-response'] }));
  request(BALANCER, entry({ status: 460 }));
  const own = (name: string) => sum(name, { LoadBalancer: 'app/shop/1' });
  expect(['5XX', '502', '503', '4XX', '3XX'].map((part) => own(`HTTPCode_ELB_${part}_Count`))).toEqual([2, 1, 1, 2, 1]);
  expect([own('RequestCount'), own('HTTP_Redirect_Count'), own('HTTP_Fixed_Response_Count')]).toEqual([1, 1, 1]);
});

test('hosts are counted in each minute, and when one changes its state', async () => {
  const { metrics, now, sample } = testMetrics();
  const states = ['healthy', 'unhealthy'];
  const targets = () => states.map((state) => ({ health: { state } }) as RegisteredTarget);
  const measured = balancerMetrics(metrics);
  const hosts = measured.hosts([BALANCER], GROUP, targets);
  hosts.changed();
  states[1] = 'healthy';
  await sample(2);
  const of = (name: string) =>
    metrics.values(
      { namespace: 'AWS/ApplicationELB', name, dimensions: { LoadBalancer: BALANCER.id, TargetGroup: 'targetgroup/web/2' } },
      ...(['Maximum', 60, now, now + 120_000] as const),
    );
  expect([of('UnHealthyHostCount'), of('HealthyHostCount')]).toEqual([
    [1, 0],
    [2, 2],
  ]);
});
