import { faultless } from './ingest/faultless';
import { faulty } from './ingest/faulty';
import { createProgress } from './progress';
import { verdict } from './verdict';

/** `npx projen prove:ingest`: nothing that was accepted is lost or written twice, whatever fails on the way. */
async function main(): Promise<void> {
  const progress = createProgress();
  const started = Date.now();
  progress.step('part 1 of 2: 5,000 visits, full batches, no faults');
  const quiet = await faultless(progress);
  progress.step('part 2 of 2: 5,000 visits, repeats, redeliveries, poison, killed functions, every documented error');
  const storm = await faulty(progress);

  verdict(
    {
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
    },
    {
      'nothing lost': quiet.lost + storm.lost === 0,
      'nothing doubled': quiet.doubled + storm.doubled === 0,
      'every request accepted': quiet.accepted === quiet.sent && storm.accepted === storm.sent,
      '200 write calls for 5,000 messages': quiet.writeCalls === 200,
      'the 50 poison messages, and only they, are dead letters': storm.deadLettered === 50 && quiet.deadLettered === 0,
      'three functions were killed in the middle of a batch': storm.killed === 3,
      'at least 200 messages were redelivered': storm.redelivered >= 200,
      'every repeat was recognised': storm.duplicates >= storm.repeats,
      'every injected error was met': storm.errorsMet.length === storm.errorsInjected,
    },
  );
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
