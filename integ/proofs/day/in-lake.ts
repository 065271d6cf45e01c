import { setTimeout as pause } from 'node:timers/promises';
import { athenaIn } from '../../kit/athena';
import { quarantinedIn } from '../../kit/quarantine';
import { streamRecords } from '../../kit/stream-records';
import type { WatchedPlatform } from '../../systems/school-platform/alarms/watched-platform';
import { DATABASE, WORKGROUP } from '../../systems/school-platform/board';
import { type Found, foundInTable } from './outcome';

/** A little more than the buffer interval of the lake. */
const INTERVAL_MINUTES = 16;

/** Waits until all that was written is in the lake. */
export async function delivered({ platform, sandbox, pass }: WatchedPlatform): Promise<void> {
  const { assembly, pipes, deliveryStreams, clock } = sandbox;
  const arn = (type: string, path: string) => assembly.attribute(platform.resource(type, path), 'Arn');
  const until = async (done: Promise<void>) => {
    const ended = done.then(() => true);
    while (!(await Promise.race([ended, pause(200, false)]))) clock.advance(60_000);
  };
  await until(pipes.caughtUp(arn('AWS::Pipes::Pipe', '/Lake/Changes/Pipe')));
  await pass(INTERVAL_MINUTES);
  await until(deliveryStreams.delivered(arn('AWS::KinesisFirehose::DeliveryStream', '/Lake/Changes/Delivery')));
}

/** The writes of the day among the rows of the lake, once for each change of the table: a row can be delivered twice. */
export async function foundInLake({ sandbox, schools }: WatchedPlatform): Promise<Found[]> {
  const ask = athenaIn(sandbox, WORKGROUP);
  const year = new Date(sandbox.clock.now()).getUTCFullYear();
  const found: Found[] = [];
  for (const school of schools) {
    const { rows } = await ask(
      `SELECT DISTINCT event_id, sort_key, page FROM records_changes
WHERE school = '${school}' AND year BETWEEN ${year - 1} AND ${year} AND event_name = 'INSERT'`,
      { database: DATABASE },
    );
    for (const [, sortKey, page] of rows) {
      if (page?.startsWith('/visit-')) found.push({ kind: 'visit', school, key: page.slice(1) });
      if (sortKey?.startsWith('REVISION#grade-')) found.push({ kind: 'grade', school, key: sortKey.slice('REVISION#'.length) });
    }
  }
  return found;
}

/**
 * The writes of the day that an operator finds in quarantine, and replays: a record, or the sequence numbers of what the pipe gave up, whose
 * records the stream still has.
 */
export async function foundInQuarantine({ platform, sandbox }: WatchedPlatform): Promise<Found[]> {
  const quarantined = await quarantinedIn(athenaIn(sandbox, WORKGROUP), 'records_quarantine', DATABASE);
  const records = quarantined.flatMap(({ record }) => (record?.item === undefined ? [] : [record.item]));
  const givenUp = quarantined.flatMap(({ deadLetter }) => (deadLetter === undefined ? [] : [deadLetter]));
  const changes = givenUp.length === 0 ? [] : await streamRecords(sandbox, platform.tableName);
  const inStream = changes.flatMap(({ dynamodb: { SequenceNumber, NewImage } }) => {
    const sequence = BigInt(SequenceNumber);
    return NewImage !== undefined && givenUp.some(({ from, to }) => from <= sequence && sequence <= to) ? [NewImage] : [];
  });
  return foundInTable([...records, ...inStream]);
}
