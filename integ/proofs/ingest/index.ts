import { proof } from '../../kit/proof';
import { faultless } from './faultless';
import { faulty } from './faulty';
import { killers } from './killers';

/** `npx projen prove ingest`: no accepted message is lost or written twice, whatever fails. */
export default proof(
  'ingest',
  { shows: 'No accepted message is lost or written twice, whatever fails', minutes: 30 },
  async ({ progress }) => {
    const started = Date.now();
    progress.step('part 1 of 3: 5,000 visits in full batches, without faults');
    const quiet = await faultless(progress);
    progress.step('part 2 of 3: 5,000 visits with repeats, redeliveries, poison messages, killed functions and every documented error');
    const storm = await faulty(progress);
    progress.step('part 3 of 3: messages that crash the writer, among healthy messages, at normal speed (about six minutes)');
    const deadly = await killers(progress);
    const { cases, countedAnew, withoutRetryQueue, flood } = deadly;
    const protectedCases = [...cases, countedAnew, flood];
    const sum = (figure: (one: (typeof protectedCases)[number]) => number) => protectedCases.reduce((total, one) => total + figure(one), 0);

    return {
      figures: {
        killers: sum((one) => one.killers),
        innocent: sum((one) => one.innocent),
        innocentDeadLettered: sum((one) => one.innocentDeadLettered),
        maxDelaySeconds: Math.max(...cases.map(({ maxDelaySeconds }) => maxDelaySeconds)),
        sent: quiet.sent + storm.sent,
        accepted: quiet.accepted + storm.accepted,
        stored: quiet.stored + storm.stored,
        lost: quiet.lost + storm.lost,
        doubled: quiet.doubled + storm.doubled,
        deadLettered: storm.deadLettered,
        writeCalls: quiet.writeCalls,
        batches: quiet.batches,
        seconds: Math.round((Date.now() - started) / 100) / 10,
        faultless: quiet,
        faults: storm,
        killed: deadly,
      },
      promises: {
        'no message is lost': quiet.lost + storm.lost === 0,
        'no message is written twice': quiet.doubled + storm.doubled === 0,
        'every request is accepted': quiet.accepted === quiet.sent && storm.accepted === storm.sent,
        '200 write calls for 5,000 messages': quiet.writeCalls === 200,
        'exactly the 50 poison messages are dead letters': storm.deadLettered === 50 && quiet.deadLettered === 0,
        'three functions were killed while they processed a batch': storm.killed === 3,
        'at least 200 messages were redelivered': storm.redelivered >= 200,
        'every repeat was detected': storm.duplicates >= storm.repeats,
        'every injected error occurred': storm.errorsMet.length === storm.errorsInjected,
        'healthy messages in the same batch as a crashing one are stored': sum((one) => one.innocent - one.innocentStored) === 0,
        '… once': sum((one) => one.doubled) === 0,
        'healthy messages do not become dead letters': sum((one) => one.innocentDeadLettered) === 0,
        'messages that crash the writer go to the dead-letter queue': protectedCases.every(
          (one) => one.killersDeadLettered === one.killers,
        ),
        'a crashing message is received at most five times: first in a batch, then at least three times alone': protectedCases.every(
          ({ mostReceives, mostTogether, leastAlone }) => mostReceives <= 5 && mostTogether <= 1 && leastAlone >= 3,
        ),
        'healthy messages wait no longer than the README says': protectedCases.every((one) => one.maxDelaySeconds <= one.boundSeconds),
        'without the retry queue, healthy messages would become dead letters':
          withoutRetryQueue.innocentDeadLettered === withoutRetryQueue.innocent,
      },
    };
  },
);
