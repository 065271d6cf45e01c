import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AlarmFault } from '../fault';
import { redrive } from '../redrive';

/** The account's limit of concurrent events. */
const LIMIT = 1_000;

/** All alarms of throttled functions have one cause, for which no function of the platform can be blamed. */
export const CONCURRENCY: readonly AlarmFault[] = [
  {
    what: "a function of another app uses up the account's concurrency",
    kind: 'slow or throttled',
    rings: ['Users-TriggerThrottles', 'Api-AuthorizerThrottles', 'Visits-WriterThrottles'],
    mayRing: {
      'Removal-Errors': 'its functions call each other',
      'Visits-OldestMessageAge': 'the writer does not run',
      'Visits-DeadLetters': 'messages whose event is throttled are received again, five times at most',
    },
    withinMinutes: 10,
    async begin(platform) {
      const { sandbox, functionAt, quiet, usual, schools } = platform;
      const folder = mkdtempSync(join(tmpdir(), 'busy-'));
      const until = join(folder, 'ended');
      // Visits that wait for the writer, because none is accepted from now on.
      await sandbox.functions.pauseEventSources(functionAt('/Visits/Writer/').arn);
      await usual.send();
      quiet.ignore(LIMIT);
      for (let event = 0; event < LIMIT; event++) sandbox.functions.invokeLater(functionAt('Others/Busy').arn, { until });
      sandbox.functions.resumeEventSources(functionAt('/Visits/Writer/').arn);
      return {
        everyMinute: async () => void (await usual.signIn(schools[0]).catch(() => undefined)),
        async end() {
          writeFileSync(until, '');
          while (sandbox.functions.inFlight > 0) await new Promise((wake) => setTimeout(wake, 100));
          quiet.ignore(0);
          rmSync(folder, { recursive: true });
          await redrive(platform, '/Visits/DeadLetterQueue/');
        },
      };
    },
  },
];
