// One execution environment of the authorizer: it receives events and returns the duration of each, in milliseconds.
import { createRequire } from 'node:module';

const { handler } = createRequire(import.meta.url)(process.argv[2]);

process.on('message', async (events) => {
  const milliseconds = [];
  try {
    for (const event of events) {
      const began = performance.now();
      const { usageIdentifierKey } = await handler(event);
      milliseconds.push(performance.now() - began);
      if (typeof usageIdentifierKey !== 'string') throw new Error('a decision without a key');
    }
    process.send({ milliseconds });
  } catch (error) {
    process.send({ error: String(error.stack) });
  }
});
process.on('disconnect', () => process.exit());
process.send({ ready: true });
