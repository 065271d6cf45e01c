// One execution environment: loads a handler, then handles one event at a time.
import { pathToFileURL } from 'node:url';

const { handler } = await import(pathToFileURL(process.argv[2]));
const TIMEOUT = 60_000;

process.on('message', async ({ id, event }) => {
  const started = Date.now();
  const context = {
    functionName: 'bench',
    awsRequestId: id,
    getRemainingTimeInMillis: () => TIMEOUT - (Date.now() - started),
  };
  const cpu = process.cpuUsage();
  try {
    const response = await handler(event, context);
    const { user, system } = process.cpuUsage(cpu);
    process.send({ id, response, cpuSeconds: (user + system) / 1e6 });
  } catch (error) {
    process.send({ id, error: String(error.stack) });
  }
});
process.on('disconnect', () => process.exit());
process.send({ ready: true });
