import { STABLE } from '../../government-api';
import { type RunningSync, startSync } from './start-sync';

let sync: RunningSync | undefined;
afterEach(() => sync?.close());

test('an attempt that is stopped in a call and redriven later does not repeat the call', async () => {
  const api = { behaviour: { ...STABLE, sending: { timeoutAfter: 1 } } };
  sync = await startSync({ mode: 'neither', tenants: ['north-high'], api });
  const first = await sync.start(1);
  const { clock } = sync.sandbox;
  for (const until = Date.now() + 60_000; sync.api.record().figures.accepted === 0; ) {
    if (Date.now() > until) throw new Error('nothing was sent within a minute');
    await new Promise((done) => setTimeout(done, 50));
    const wait = (clock.nextWait() ?? 0) - clock.now();
    if (sync.sandbox.functions.inFlight === 0 && wait > 0 && wait < 5_000) clock.advance(wait);
  }
  await sync.states('StopExecution', { executionArn: first });
  expect((await sync.end(await sync.start(2))).status).toBe('SUCCEEDED');
  expect((await sync.reports())['north-high']).toMatchObject({ status: 'OUTCOME_UNKNOWN' });
  await sync.states('RedriveExecution', { executionArn: first });
  await sync.end(first);
  expect(sync.api.record().figures).toMatchObject({ sent: 1, accepted: 1, doubled: 0 });
  expect(await sync.period()).toMatchObject({ status: 'COMPLETE' });
}, 240_000);
