import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { matchesWildcard } from '../../protocol/wildcard';
import { assemblyOf, invalid, temporaryFolder } from '../../testing/engines';
import { type TestBalancer, testBalancers } from './testing';

const folder = temporaryFolder();
const start = testBalancers(folder);

/** A listener whose rules answer with their own name. */
function rules(conditions: Record<string, elb.ListenerCondition[]>): Promise<TestBalancer> {
  return start({
    listeners: ({ balancer }) => {
      const listener = balancer.addListener('Http', { port: 80, open: false, defaultAction: elb.ListenerAction.fixedResponse(404) });
      for (const [index, [name, all]] of Object.entries(conditions).entries()) {
        const action = elb.ListenerAction.fixedResponse(200, { messageBody: name });
        listener.addAction(name, { priority: 10 * (index + 1), conditions: all, action });
      }
    },
  });
}

// "Condition types for listener rules" (Application Load Balancers)
describe('conditions', () => {
  const C = elb.ListenerCondition;

  test('a path is compared with its case, a host, a header and a query without', async () => {
    const balancer = await rules({
      path: [C.pathPatterns(['/img/*/pics?', '/exact'])],
      host: [C.hostHeaders(['*.example.org'])],
      header: [C.httpHeader('User-Agent', ['*Chrome*', '*Safari*'])],
      query: [C.queryStrings([{ key: 'version', value: 'v1' }, { value: '*example*' }])],
      method: [C.httpRequestMethods(['PATCH'])],
      source: [C.sourceIps(['10.1.0.0/16', '2001:db8::/32'])],
    });
    const ask = async (path: string, headers: readonly string[] = ['Host', 'a'], method = 'GET') =>
      (await balancer.send(path, { headers, method })).body;
    expect(await ask('/img/a/b/picsX?version=v2')).toBe('path');
    expect(await ask('/exact')).toBe('path');
    expect(await ask('/EXACT')).toBe('');
    expect(await ask('/', ['Host', 'Shop.EXAMPLE.org:8080'])).toBe('host');
    expect(await ask('/', ['Host', 'example.org'])).toBe('');
    expect(await ask('/', ['Host', 'a', 'user-agent', 'mozilla CHROME 1'])).toBe('header');
    expect(await ask('/?VERSION=V1')).toBe('query');
    expect(await ask('/?a=my-example-b')).toBe('query');
    expect(await ask('/', ['Host', 'a'], 'PATCH')).toBe('method');
    expect(await ask('/', ['Host', 'a', 'x-sandbox-client', '10.1.2.3'])).toBe('source');
    expect(await ask('/', ['Host', 'a', 'x-sandbox-client', '10.2.2.3'])).toBe('');
  });

  test('all conditions of a rule must match, and the rule with the lowest priority counts', async () => {
    const balancer = await rules({
      both: [C.pathPatterns(['/a/*']), C.httpRequestMethods(['POST'])],
      path: [C.pathPatterns(['/a/*'])],
    });
    expect((await balancer.send('/a/b', { method: 'POST' })).body).toBe('both');
    expect((await balancer.send('/a/b')).body).toBe('path');
    expect((await balancer.send('/b')).status).toBe(404);
  });

  test('a pattern with many stars takes no more than a step for each character and star', () => {
    expect(matchesWildcard('*a*b', 'xxaxxb')).toBe(true);
    expect(matchesWildcard('a?c*', 'abcd')).toBe(true);
    expect(matchesWildcard('', 'a')).toBe(false);
    const began = performance.now();
    expect(matchesWildcard('*a'.repeat(60), `${'a'.repeat(50_000)}b`)).toBe(false);
    expect(performance.now() - began).toBeLessThan(500);
  });
});

// "Action types for listener rules"
describe('actions', () => {
  test('a redirect keeps the components that it does not name', async () => {
    const balancer = await start({
      listeners: ({ balancer: one }) => {
        one.addListener('Http', {
          port: 80,
          open: false,
          defaultAction: elb.ListenerAction.redirect({ protocol: 'HTTPS', port: '443', permanent: true }),
        });
        one.addListener('Other', {
          ...{ port: 8080, open: false, protocol: elb.ApplicationProtocol.HTTP },
          defaultAction: elb.ListenerAction.redirect({ host: 'www.#{host}', path: '/new/#{path}', query: 'from=#{query}' }),
        });
      },
    });
    expect(await balancer.send('/a/b?x=1')).toMatchObject({ status: 301, headers: { location: 'https://shop.example.com:443/a/b?x=1' } });
    expect(await balancer.send('/a')).toMatchObject({ status: 301, headers: { location: 'https://shop.example.com:443/a' } });
    expect(await balancer.send('/a?b', { port: 8080 })).toMatchObject({
      status: 302,
      headers: { location: 'http://www.shop.example.com:8080/new/a?from=b' },
    });
  });

  test('a weight is the share of a target group', async () => {
    const balancer = await start({
      listeners: ({ stack, vpc, balancer: one, group }) => {
        const none = new elb.ApplicationTargetGroup(stack, 'None', {
          vpc,
          port: 8080,
          protocol: elb.ApplicationProtocol.HTTP,
          targetType: elb.TargetType.IP,
        });
        one.addListener('Http', {
          ...{ port: 80, open: false },
          defaultAction: elb.ListenerAction.weightedForward([
            { targetGroup: group, weight: 3 },
            { targetGroup: none, weight: 1 },
          ]),
        });
      },
    });
    await balancer.register(await balancer.target((_, outgoing) => void outgoing.end()));
    const statuses: number[] = [];
    for (let index = 0; index < 200; index += 1) statuses.push((await balancer.send('/')).status);
    const share = statuses.filter((status) => status === 200).length / statuses.length;
    expect(share).toBeGreaterThan(0.6);
    expect(share).toBeLessThan(0.9);
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
  });
});

// "HTTP header modification"
test('a listener adds headers to responses, and names no server if it is not to', async () => {
  const balancer = await start({
    listeners: ({ balancer: one }) => {
      const listener = one.addListener('Http', { port: 80, open: false, defaultAction: elb.ListenerAction.fixedResponse(200) });
      listener.setAttribute('routing.http.response.server.enabled', 'false');
      listener.setAttribute('routing.http.response.strict_transport_security.header_value', 'max-age=1');
    },
  });
  const { headers } = await balancer.send('/');
  expect(headers).toHaveProperty('strict-transport-security', 'max-age=1');
  expect(headers).not.toHaveProperty('server');
});

test('what is not supported is rejected by name', () => {
  const assembly = assemblyOf(folder, (stack) => {
    const group = (id: string, more: Partial<elb.CfnTargetGroupProps>) =>
      new elb.CfnTargetGroup(stack, id, { vpcId: 'vpc-1', port: 80, protocol: 'HTTP', targetType: 'ip', ...more });
    const attributes = (...pairs: [string, string][]) => pairs.map(([key, value]) => ({ key, value }));
    group('Lambda', { targetType: 'lambda' });
    group('Slow', { targetGroupAttributes: attributes(['slow_start.duration_seconds', '60']) });
    group('Sticky', { targetGroupAttributes: attributes(['stickiness.enabled', 'true']) });
    group('Other', { targetGroupAttributes: attributes(['colour', 'red']), healthCheckTimeoutSeconds: 30, healthCheckIntervalSeconds: 30 });
    new elb.CfnLoadBalancer(stack, 'Network', { type: 'network', subnets: ['a', 'b'] });
    new elb.CfnLoadBalancer(stack, 'One', { subnets: ['a'], loadBalancerAttributes: attributes(['idle_timeout.timeout_seconds', '5000']) });
    const listener = (id: string, more: Partial<elb.CfnListenerProps>) =>
      new elb.CfnListener(stack, id, {
        loadBalancerArn: 'arn',
        port: 80,
        protocol: 'HTTP',
        defaultActions: [{ type: 'fixed-response', fixedResponseConfig: { statusCode: '200' } }],
        ...more,
      });
    listener('Oidc', { defaultActions: [{ type: 'authenticate-oidc' }, { type: 'forward', targetGroupArn: 'arn' }] });
    listener('Bare', { protocol: 'HTTPS' });
    listener('Policy', { protocol: 'HTTPS', certificates: [{ certificateArn: 'arn' }], sslPolicy: 'Mine' });
    new elb.CfnListenerRule(stack, 'Regex', {
      ...{ listenerArn: 'arn', priority: 1, actions: [{ type: 'forward', targetGroupArn: 'arn' }] },
      conditions: [{ field: 'path-pattern', pathPatternConfig: { regexValues: ['a+'] } }],
    });
  });
  expect(invalid(assembly).map((line) => line.replace('AWS::ElasticLoadBalancingV2::', ''))).toEqual([
    'LoadBalancer.Type network is not supported: only application load balancers are (Shop.Network)',
    'LoadBalancer.Subnets must name at least two subnets in different zones (Shop.One)',
    'LoadBalancer.LoadBalancerAttributes idle_timeout.timeout_seconds 5000 is not between 1 and 4000 (Shop.One)',
    'TargetGroup.TargetType lambda is not supported: only ip is (Shop.Lambda)',
    'TargetGroup.TargetGroupAttributes slow_start.duration_seconds 60 is not supported: only 0 is (Shop.Slow)',
    'TargetGroup.TargetGroupAttributes stickiness.enabled true is not supported: only false is (Shop.Sticky)',
    'TargetGroup.HealthCheckTimeoutSeconds must be smaller than HealthCheckIntervalSeconds (Shop.Other)',
    'TargetGroup.TargetGroupAttributes colour is not supported (Shop.Other)',
    'Listener.DefaultActions.0.Type authenticate-oidc is not supported (Shop.Oidc)',
    'Listener.Certificates is missing: HTTPS needs a certificate (Shop.Bare)',
    'Listener.SslPolicy Mine is not supported (Shop.Policy)',
    'ListenerRule.Conditions.0.PathPatternConfig.RegexValues is not supported (Shop.Regex)',
  ]);
});
