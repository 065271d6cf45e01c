import { setTimeout } from 'node:timers/promises';
import { createCache } from './cache';
import { createLifecycle } from './lifecycle';
import { log } from './log';
import { readRules } from './rules';
import { createServer } from './server';
import { readSettings } from './settings';
import { openTenantData } from './tenant-data';
import { createVerifier } from './verifier';

/** How long requests are still accepted after SIGTERM: those that were sent before the load balancer knew. */
const GRACE_MS = 2_000;
/** Shorter than the time after which ECS kills the container. */
const STOP_LIMIT_MS = 25_000;
const RETRY_MS = 500;
const MOST_SCHOOLS = 10_000;

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const lifecycle = createLifecycle();
  const data = openTenantData(settings);
  const verifier = createVerifier(settings);
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
    now: Date.now,
    log,
  });

  const stop = async () => {
    lifecycle.stop();
    log({ level: 'INFO', message: 'Stopping' });
    setTimeout(STOP_LIMIT_MS, undefined, { ref: false }).then(() => process.exit(1));
    await setTimeout(GRACE_MS);
    // Ends when the last answer is sent.
    await server.close();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());

  await server.listen({ host: '0.0.0.0', port: settings.port });
  while (!lifecycle.isReady && !lifecycle.isStopping) {
    try {
      await verifier.prepare();
      lifecycle.ready();
    } catch (error) {
      log({ level: 'WARN', message: 'The keys of the user pool are not available yet', reason: (error as Error).message.slice(0, 300) });
      await setTimeout(RETRY_MS);
    }
  }
  log({ level: 'INFO', message: 'Ready', port: settings.port, milliseconds: Math.round(performance.now()) });
}

main().catch((error: Error) => {
  log({ level: 'ERROR', message: 'The service did not start', reason: error.message });
  process.exit(1);
});
