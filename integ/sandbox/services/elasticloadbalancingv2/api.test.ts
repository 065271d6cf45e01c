import { temporaryFolder } from '../../testing/engines';
import { type TestBalancer, testBalancers, until } from './testing';

const start = testBalancers(temporaryFolder());

async function call(balancer: TestBalancer, parameters: Record<string, string>) {
  const { endpoint, assembly } = balancer;
  const reply = await endpoint.call({
    ...{ service: 'elasticloadbalancing', method: 'POST', url: '/', region: assembly.region, credentials: endpoint.administrator() },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(String(new URLSearchParams({ Version: '2015-12-01', ...parameters }))),
  });
  return { status: reply.status, body: String(reply.body) };
}

test('load balancers are described with their names, zones and security groups', async () => {
  const balancer = await start();
  const { body } = await call(balancer, { Action: 'DescribeLoadBalancers', 'LoadBalancerArns.member.1': balancer.arn });
  const [{ dnsName }] = balancer.loadBalancers.running;
  expect(body).toContain(`<LoadBalancerArn>${balancer.arn}</LoadBalancerArn><DNSName>${dnsName}</DNSName>`);
  expect(body).toContain('<Scheme>internal</Scheme>');
  expect(body.match(/<ZoneName>us-east-1[ab]<\/ZoneName>/g)).toHaveLength(2);
  const missing = await call(balancer, { Action: 'DescribeLoadBalancers', 'Names.member.1': 'other' });
  expect(missing).toMatchObject({ status: 400, body: expect.stringContaining('<Code>LoadBalancerNotFound</Code>') });
});

test('targets are deregistered, described and registered again', async () => {
  const balancer = await start({ speed: 100 });
  const target = await balancer.target((_, outgoing) => void outgoing.end());
  await balancer.register(target);
  const named = { TargetGroupArn: balancer.groupArn, 'Targets.member.1.Id': target.id.split(':')[0], 'Targets.member.1.Port': '8080' };
  const health = async () => (await call(balancer, { Action: 'DescribeTargetHealth', ...named })).body;
  expect(await health()).toContain('<TargetHealth><State>healthy</State></TargetHealth>');
  expect(await call(balancer, { Action: 'DeregisterTargets', ...named })).toMatchObject({ status: 200 });
  await until(() => balancer.loadBalancers.health(balancer.groupArn, target.id) === 'unused');
  expect(await health()).toContain('<State>unused</State><Reason>Target.NotRegistered</Reason>');
  await call(balancer, { Action: 'RegisterTargets', ...named });
  await until(() => balancer.loadBalancers.health(balancer.groupArn, target.id) === 'healthy');
  const other = await call(balancer, { Action: 'RegisterTargets', TargetGroupArn: balancer.groupArn, 'Targets.member.1.Id': '10.0.0.99' });
  expect(other).toMatchObject({ status: 400, body: expect.stringContaining('Nothing listens at 10.0.0.99:8080 in the sandbox') });
});

test('other operations and parameters are rejected by name', async () => {
  const balancer = await start();
  expect((await call(balancer, { Action: 'CreateListener' })).body).toContain(
    'does not support the operation CreateListener of elasticloadbalancing',
  );
  expect((await call(balancer, { Action: 'DescribeLoadBalancers', Marker: 'x' })).body).toContain('does not support the parameter Marker');
});
