import { setTimeout } from 'node:timers/promises';
import { createCache } from './cache';
import { becomeReady, createLifecycle } from './lifecycle';
import { log } from './log';
import { createMetrics, toCollector } from './metrics';
import { readRules } from './rules';
import { createServer } from './server';
import { readSettings } from './settings';
import { openTenantData } from './tenant-data';
import { createTraces, toCollector as tracesToCollector } from './traces';
import { createVerifier } from './verifier';

/** Shorter than the time after which ECS kills the container. */
const STOP_LIMIT_MS = 25_000;
const MOST_SCHOOLS = 10_000;

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const lifecycle = createLifecycle();
  const data = openTenantData(settings);
  const verifier = createVerifier(settings);
  const traces = createTraces(tracesToCollector(), settings.traces);
  const metrics = createMetrics(toCollector(settings.metricExportIntervalMs));
  const server = createServer({
    lifecycle,
    data,
    rulesOf: createCache({
      read: async (school) => readRules(await data.of(school)),
      maxAgeMs: settings.rulesMaxAgeMs,
      mostEntries: MOST_SCHOOLS,
      now: Date.now,
    }),
    verify: verifier.verify,
    schoolClaim: settings.schoolClaim,
    metricNamespace: settings.metricNamespace,
    ...{ metrics, traces },
    now: Date.now,
    log,
  });

  const stop = async () => {
    log({ level: 'INFO', message: 'Stopping' });
    setTimeout(STOP_LIMIT_MS, undefined, { ref: false }).then(() => process.exit(1));
    await lifecycle.stop(server);
    await Promise.all([metrics.close(), traces.close()]).catch(({ message }: Error) =>
      log({ level: 'WARN', message: 'The last metrics and traces were not sent', reason: message }),
    );
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());

  await server.listen({ host: '0.0.0.0', port: settings.port });
  const isReady = await becomeReady(lifecycle, {
    prepare: verifier.prepare,
    onFailure: ({ message }) =>
      log({ level: 'WARN', message: 'The keys of the user pool are not available yet', reason: message.slice(0, 300) }),
  });
  if (isReady) log({ level: 'INFO', message: 'Ready', port: settings.port, milliseconds: Math.round(performance.now()) });
}

main().catch((error: Error) => {
  log({ level: 'ERROR', message: 'The service did not start', reason: error.message });
  process.exit(1);
});
