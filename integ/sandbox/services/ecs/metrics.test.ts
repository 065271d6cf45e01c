import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { testMetrics } from '../../testing/metrics';
import { type MeasuredTask, serviceMetrics } from './metrics';

// Documented: "Amazon ECS CloudWatch metrics", CPUUtilization and MemoryUtilization of a service.
test('a service uses a share of what its task definition reserves', async () => {
  const { metrics, now, sample } = testMetrics();
  const child = spawn(process.execPath, ['-e', 'const kept = Buffer.alloc(64 * 1024 * 1024, 1); for (;;) kept[0] += 1;']);
  try {
    const containers = [{ container: { pid: child.pid ?? 0 } }];
    const task = (lastStatus: MeasuredTask['lastStatus']): MeasuredTask => ({
      lastStatus,
      definition: { cpu: '1024', memory: 512 },
      containers,
    });
    const service = serviceMetrics(metrics);
    service.observe({ cluster: 'c', name: 's' }, () => [task('RUNNING'), task('STOPPED')]);
    await pause(500);
    await sample();
    await pause(1_000);
    await sample();
    const of = (name: string) =>
      metrics.values(
        { namespace: 'AWS/ECS', name, dimensions: { ClusterName: 'c', ServiceName: 's' } },
        'Maximum',
        60,
        now,
        now + 60_000,
      )[0] ?? 0;
    // 64 MiB and what Node.js itself needs, of 512.
    expect(of('MemoryUtilization')).toBeGreaterThan(100 * (64 / 512));
    expect(of('MemoryUtilization')).toBeLessThan(100);
    expect(of('CPUUtilization')).toBeGreaterThan(5);
    expect(of('CPUUtilization')).toBeLessThan(150);
  } finally {
    child.kill();
  }
});

test('a service without running tasks uses nothing that could be measured', async () => {
  const { metrics, sums, sample } = testMetrics();
  serviceMetrics(metrics).observe({ cluster: 'c', name: 's' }, () => []);
  await sample();
  await sample();
  expect(sums()).toEqual([]);
});
