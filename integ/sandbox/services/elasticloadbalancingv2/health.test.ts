import type { ServerResponse } from 'node:http';
import { Duration } from 'aws-cdk-lib';
import { TargetGroupLoadBalancingAlgorithmType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { temporaryFolder } from '../../testing/engines';
import { type TestBalancer, testBalancers, until } from './testing';

const start = testBalancers(temporaryFolder());
/** Health checks every five seconds of the clock: at this speed, every 50 ms. */
const SPEED = 100;

/** A target whose health check answers what the test says. */
async function checked(balancer: TestBalancer, state: { status: number; checks: { at: number; path?: string; agent?: string }[] }) {
  return balancer.target((incoming, outgoing) => {
    state.checks.push({ at: Date.now(), path: incoming.url, agent: incoming.headers['user-agent'] });
    outgoing.writeHead(state.status).end();
  });
}

function healthOf(balancer: TestBalancer, target: { readonly id: string }): string {
  return balancer.loadBalancers.health(balancer.groupArn, target.id);
}

// "Health checks for Application Load Balancer target groups"
describe('health checks', () => {
  test('go to the path of the group at its interval, by the clock', async () => {
    const balancer = await start({ speed: SPEED });
    const state = { status: 200, checks: [] as { at: number; path?: string; agent?: string }[] };
    balancer.loadBalancers.register(balancer.groupArn, await checked(balancer, state));
    await until(() => state.checks.length >= 4);
    expect(state.checks[0]).toMatchObject({ path: '/health', agent: 'ELB-HealthChecker/2.0' });
    expect((state.checks[3].at - state.checks[0].at) / 3).toBeGreaterThanOrEqual(45);
  });

  test('one that passes makes a new target healthy; two that fail make it unhealthy; five that pass make it healthy again', async () => {
    const balancer = await start({ speed: SPEED });
    const state = { status: 503, checks: [] as { at: number }[] };
    const target = await checked(balancer, state);
    expect(healthOf(balancer, target)).toBe('unused');
    balancer.loadBalancers.register(balancer.groupArn, target);
    expect(healthOf(balancer, target)).toBe('initial');
    await until(() => healthOf(balancer, target) === 'unhealthy');
    expect(state.checks).toHaveLength(2);
    expect(balancer.reported).toContainEqual(
      expect.stringContaining(`${target.id} is unhealthy: Health checks failed with these codes: [503]`),
    );
    const before = state.checks.length;
    state.status = 200;
    await until(() => healthOf(balancer, target) === 'healthy');
    expect(state.checks.length - before).toBeGreaterThanOrEqual(5);
  });

  test('the matcher says which codes pass', async () => {
    const group = {
      healthCheck: { interval: Duration.seconds(5), timeout: Duration.seconds(2), path: '/health', healthyHttpCodes: '200,300-310' },
    };
    const balancer = await start({ speed: SPEED, group });
    const state = { status: 302, checks: [] };
    const target = await checked(balancer, state);
    await balancer.register(target);
    state.status = 201;
    await until(() => healthOf(balancer, target) === 'unhealthy');
  });

  test('a target that does not answer within the timeout, or accepts no connection, is unhealthy', async () => {
    const balancer = await start({ speed: SPEED });
    const silent = await balancer.target(() => {});
    const gone = await balancer.target(() => {});
    await gone.server.close();
    for (const target of [silent, gone]) balancer.loadBalancers.register(balancer.groupArn, target);
    await until(() => [silent, gone].every((target) => healthOf(balancer, target) === 'unhealthy'), 10_000);
    expect(balancer.reported).toContainEqual(expect.stringContaining(`${silent.id} is unhealthy: Request timed out`));
    expect(balancer.reported).toContainEqual(expect.stringContaining(`${gone.id} is unhealthy: Health checks failed`));
  }, 15_000);

  // "If a target group contains only unhealthy registered targets, the load balancer routes requests to all those targets"
  test('requests go to healthy targets only, or to all if none is healthy', async () => {
    const balancer = await start({ speed: SPEED });
    const [good, bad] = await Promise.all(
      [200, 500].map(async (status) => {
        const state = { status, name: String(status) };
        const target = await balancer.target((incoming, outgoing) =>
          incoming.url === '/health' ? outgoing.writeHead(state.status).end() : outgoing.end(state.name),
        );
        return { target, state };
      }),
    );
    await balancer.register(good.target);
    balancer.loadBalancers.register(balancer.groupArn, bad.target);
    await until(() => healthOf(balancer, bad.target) === 'unhealthy');
    const answers = async () => new Set(await Promise.all(Array.from({ length: 6 }, async () => (await balancer.send('/')).body)));
    expect(await answers()).toEqual(new Set(['200']));
    good.state.status = 500;
    await until(() => healthOf(balancer, good.target) === 'unhealthy');
    expect(await answers()).toEqual(new Set(['200', '500']));
  });
});

// "Routing algorithms"
test('requests take turns, or go to the target with the fewest of them', async () => {
  for (const algorithm of [
    TargetGroupLoadBalancingAlgorithmType.ROUND_ROBIN,
    TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS,
  ]) {
    const balancer = await start({ speed: SPEED, group: { loadBalancingAlgorithmType: algorithm } });
    const counts = [0, 0];
    const held: ServerResponse[] = [];
    for (const index of [0, 1]) {
      const target = await balancer.target((incoming, outgoing) => {
        if (incoming.url === '/health') return void outgoing.end();
        counts[index] += 1;
        if (incoming.url === '/hold') held.push(outgoing);
        else outgoing.end();
      });
      await balancer.register(target);
    }
    const holding = balancer.send('/hold');
    await until(() => held.length === 1);
    for (let index = 0; index < 5; index += 1) await balancer.send('/');
    held[0].end();
    await holding;
    expect([...counts].sort()).toEqual(algorithm === TargetGroupLoadBalancingAlgorithmType.ROUND_ROBIN ? [3, 3] : [1, 5]);
  }
});

// "Deregistration delay"
describe('a target that is deregistered', () => {
  test('gets no new requests, and those that it has end', async () => {
    const balancer = await start({ speed: SPEED });
    let held: ServerResponse | undefined;
    const leaving = await balancer.target((incoming, outgoing) => {
      if (incoming.url === '/health') return void outgoing.end();
      held = outgoing;
    });
    await balancer.register(leaving);
    const request = balancer.send('/');
    await until(() => held !== undefined);
    let drained = false;
    const done = balancer.loadBalancers.deregister(balancer.groupArn, leaving.id).then(() => {
      drained = true;
    });
    expect(healthOf(balancer, leaving)).toBe('draining');
    expect((await balancer.send('/')).status).toBe(503);
    expect(drained).toBe(false);
    held?.end('its answer');
    expect((await request).body).toBe('its answer');
    await done;
    expect(healthOf(balancer, leaving)).toBe('unused');
  });

  test('is removed at once without requests, and at the latest after the delay: what is left then fails', async () => {
    const balancer = await start({ speed: SPEED, group: { deregistrationDelay: Duration.seconds(30) } });
    const target = await balancer.target((incoming, outgoing) => void (incoming.url === '/health' && outgoing.end()));
    await balancer.register(target);
    const request = balancer.send('/');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const began = Date.now();
    await balancer.loadBalancers.deregister(balancer.groupArn, target.id);
    expect(Date.now() - began).toBeGreaterThanOrEqual(290);
    expect((await request).status).toBe(502);
    await balancer.register(target);
    const idle = Date.now();
    await balancer.loadBalancers.deregister(balancer.groupArn, target.id);
    expect(Date.now() - idle).toBeLessThan(100);
  });
});
