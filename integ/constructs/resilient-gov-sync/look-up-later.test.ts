import { Duration } from 'aws-cdk-lib';
import { STABLE } from '../../government-api';
import { type RunningSync, startSync } from './start-sync';

const HOUR_MS = 3_600_000;
const TENANTS = Array.from({ length: 8 }, (_, index) => `school-${index}`);
/** Half of the sends are accepted, and have an unknown outcome. */
const UNKNOWN = { ...STABLE, sending: { gatewayTimeoutAfter: 0.5 } };
let sync: RunningSync | undefined;
afterEach(() => sync?.close());

test('reports that can be looked up only in a day keep no others waiting, and a later attempt looks them up', async () => {
  const props = { maxConcurrency: 2 };
  sync = await startSync({ mode: 'lookUp', visibleAfter: Duration.days(1), tenants: TENANTS, props, api: { seed: 4, behaviour: UNKNOWN } });
  const { clock } = sync.sandbox;
  const started = clock.now();
  expect(await sync.end(await sync.start(1))).toMatchObject({ status: 'SUCCEEDED' });
  expect(clock.now() - started).toBeLessThan(HOUR_MS);
  const first = Object.values(await sync.reports()).map(({ status }) => status);
  const left = first.filter((status) => status === 'WAITING').length;
  expect(left).toBeGreaterThan(props.maxConcurrency);
  expect(first.filter((status) => status === 'CONFIRMED')).toHaveLength(TENANTS.length - left);
  const waiting = await sync.period();
  expect(waiting).toMatchObject({ status: 'WAITING_FOR_LOOK_UP' });
  expect(Number(waiting.nextAttemptAt) - started).toBeGreaterThan(24 * HOUR_MS);
  clock.advance(Number(waiting.nextAttemptAt) - clock.now());
  expect(await sync.end(await sync.start(2))).toMatchObject({ status: 'SUCCEEDED' });
  expect(await sync.period()).toMatchObject({ status: 'COMPLETE' });
  expect(Object.values(await sync.reports()).map(({ status }) => status)).toEqual(TENANTS.map(() => 'CONFIRMED'));
  expect(sync.api.record().figures).toMatchObject({ accepted: TENANTS.length, doubled: 0 });
}, 120_000);
