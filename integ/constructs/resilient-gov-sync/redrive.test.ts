import { type GovernmentApi, STABLE } from '../../government-api';
import { type RunningSync, startSync } from './start-sync';

let sync: RunningSync | undefined;
afterEach(() => sync?.close());

test('an attempt that is stopped in a call and redriven later does not repeat the call', async () => {
  let isStopped = false;
  const api = { behaviour: { ...STABLE, sending: { timeoutAfter: 1 } } };
  // The call does not time out before it is stopped.
  const isHeld = ({ record }: GovernmentApi) => !isStopped && record().figures.accepted > 0;
  sync = await startSync({ mode: 'neither', tenants: ['north-high'], api, isHeld });
  const first = await sync.start(1);
  for (const until = Date.now() + 60_000; sync.api.record().figures.accepted === 0; ) {
    if (Date.now() > until) throw new Error('nothing was sent within a minute');
    await new Promise((done) => setTimeout(done, 20));
  }
  await sync.states('StopExecution', { executionArn: first });
  isStopped = true;
  expect((await sync.end(await sync.start(2))).status).toBe('SUCCEEDED');
  expect((await sync.reports())['north-high']).toMatchObject({ status: 'OUTCOME_UNKNOWN' });
  await sync.states('RedriveExecution', { executionArn: first });
  await sync.end(first);
  expect(sync.api.record().figures).toMatchObject({ sent: 1, accepted: 1, doubled: 0 });
  expect(await sync.period()).toMatchObject({ status: 'COMPLETE' });
}, 240_000);
