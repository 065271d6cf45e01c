import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Duration } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { findIsolation } from '../../engines';
import { clusterOf, probeTask, serve, synthesize } from './testing';

const USER = 1234;

/** The words that run a program as an ordinary user: without capabilities, and root to nothing. */
async function asUser(): Promise<string[]> {
  const isolation = await findIsolation(() => undefined);
  if (isolation.kind === 'none') throw new Error(`this machine has no namespaces: ${isolation.reason}`);
  const identity = ['--unshare-user', '--uid', String(USER), '--gid', String(USER), '--cap-drop', 'ALL'];
  return [isolation.bwrap, ...identity, '--dev-bind', '/', '/', '--'];
}

test('the user of this test has no capabilities', async () => {
  const [file, ...words] = await asUser();
  const { stdout } = await promisify(execFile)(file, [...words, 'cat', '/proc/self/status']);
  expect(stdout).toMatch(new RegExp(`^Uid:\\s+${USER}\\b.*\\n[^]*^CapEff:\\s+0{16}$`, 'm'));
  // Whoever runs the tests, root as a rule here, has another one.
  expect(stdout).not.toBe(readFileSync('/proc/self/status', 'utf8'));
});

test('an ordinary user runs services with all that is enforced for root', async () => {
  const folder = synthesize((stack) => {
    const { vpc, cluster } = clusterOf(stack);
    const balancer = new elb.ApplicationLoadBalancer(stack, 'Balancer', { vpc, internetFacing: true });
    const taskDefinition = probeTask(stack, 'web', {
      healthCheck: { command: ['CMD-SHELL', 'test "$(id -u)" = 1000'], interval: Duration.seconds(5) },
    });
    serve(balancer, 80, new ecs.FargateService(stack, 'Web', { cluster, taskDefinition, desiredCount: 2, assignPublicIp: true }));
  });
  const [file, ...words] = await asUser();
  const program = [process.execPath, '--import', 'tsx', join(__dirname, 'fixtures', 'run-as-user.ts'), folder];
  const { stdout } = await promisify(execFile)(file, [...words, ...program], { timeout: 150_000 });
  expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual({
    user: USER,
    self: expect.objectContaining({ uid: 1000, pid: 1, capabilities: '0000000000000000', processes: 1 }),
    ...{ system: 'EROFS', own: 'written', isHealthy: true, notEnforced: [] },
  });
}, 180_000);
