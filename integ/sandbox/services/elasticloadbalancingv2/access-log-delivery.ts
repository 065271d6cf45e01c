import { gzipSync } from 'node:zlib';
import type { LogDelivery, NetworkInterface } from '../../contracts';
import { randomText } from '../../process/random';
import type { SandboxContext } from '../../service-module';
import { type AccessLogEntry, accessLogLine, accessLogRecord } from './access-log';
import { folderOf } from './access-log-permission';
import type { LoadBalancer } from './definition';

/** Documented: "Elastic Load Balancing publishes a log file for each load balancer node every 5 minutes." */
const INTERVAL = 5 * 60_000;
/** Documented: "The load balancer can deliver multiple logs for the same period": a full file goes at once. */
const LINES_OF_A_FILE = 10_000;

export interface AccessLogs {
  write(loadBalancer: LoadBalancer, entry: AccessLogEntry): void;
  close(): Promise<void>;
}

/** Delivers access logs to the bucket of a load balancer's attributes, and to the log groups of deliveries. */
export function openAccessLogs(context: SandboxContext, nodes: ReadonlyMap<string, readonly NetworkInterface[]>): AccessLogs {
  const { assembly, clock, endpoint, use, report } = context;
  const [logs, deliveries] = [use('logs'), use('logDeliveries')];
  const files = new Map<LoadBalancer, string[]>();
  const groups = new Map<LoadBalancer, readonly LogDelivery[]>();
  const groupsOf = (loadBalancer: LoadBalancer): readonly LogDelivery[] => {
    const known = groups.get(loadBalancer) ?? deliveries.of(loadBalancer.arn, 'ALB_ACCESS_LOGS');
    groups.set(loadBalancer, known);
    return known;
  };
  const stop = new AbortController();

  const put = async (loadBalancer: LoadBalancer, lines: readonly string[]): Promise<void> => {
    const { accessLogs } = loadBalancer.settings;
    if (!accessLogs) return;
    const { account, region } = assembly;
    const now = new Date(clock.now()).toISOString();
    const [node] = nodes.get(loadBalancer.arn) ?? [];
    const time = `${now.slice(0, 16).replaceAll(/[-:]/g, '')}Z`;
    const parts = [account, 'elasticloadbalancing', region, loadBalancer.id.replaceAll('/', '.'), time, node?.publicIp ?? node?.privateIp];
    const file = `${parts.join('_')}_${randomText(4, 'hex')}.log.gz`;
    const key = `${folderOf(assembly, accessLogs.prefix)}/${now.slice(0, 10).replaceAll('-', '/')}/${file}`;
    const { status, body } = await endpoint.call({
      ...{ service: 's3', method: 'PUT', url: `/${accessLogs.bucket}/${key}`, region, credentials: endpoint.administrator() },
      headers: { 'content-type': 'application/octet-stream' },
      body: gzipSync(`${lines.join('\n')}\n`),
    });
    if (status >= 300) report(`${loadBalancer.title}: an access log was not delivered to ${accessLogs.bucket}: ${status} ${String(body)}`);
  };
  const deliver = async (): Promise<void> => {
    const full = [...files];
    files.clear();
    await Promise.all(full.map(([loadBalancer, lines]) => put(loadBalancer, lines)));
  };
  const failed = (error: Error): void => report(`access logs were not delivered: ${error.message}`);
  const schedule = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await clock.sleep(INTERVAL, stop.signal).catch(() => {});
      await deliver().catch(failed);
    }
  };
  void schedule();

  return {
    write(loadBalancer, entry) {
      for (const { group, format, fields } of groupsOf(loadBalancer)) {
        const message = format === 'json' ? accessLogRecord(loadBalancer, entry, fields) : accessLogLine(loadBalancer, entry, fields);
        logs.write({ at: entry.ended, group, stream: loadBalancer.name, message });
      }
      if (!loadBalancer.settings.accessLogs) return;
      const lines = files.get(loadBalancer) ?? [];
      files.set(loadBalancer, lines);
      lines.push(accessLogLine(loadBalancer, entry));
      if (lines.length >= LINES_OF_A_FILE) void deliver().catch(failed);
    },
    async close() {
      stop.abort();
      await deliver().catch(failed);
    },
  };
}
