import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { AlarmFault } from '../fault';
import { purge } from '../purge';
import { redrive } from '../redrive';
import type { WatchedPlatform } from '../watched-platform';
import { DEADLY_PAGE } from '../weaknesses';

const WRITER = '/Visits/Writer/';
const DEAD_LETTERS = '/Visits/DeadLetterQueue/';

async function sendVisits({ observer, platform, schools }: WatchedPlatform, count: number, body: (index: number) => string): Promise<void> {
  for (let index = 0; index < count; index++) {
    const [school] = schools;
    const tenant = { DataType: 'String', StringValue: school };
    const message = { MessageBody: body(index), MessageGroupId: school, MessageAttributes: { tenant } };
    await observer.sqs.send(new SendMessageCommand({ QueueUrl: platform.queueUrl, ...message }));
  }
}

const AFTER_FIVE_RECEIVES = 'messages that failed five times become dead letters';

export const VISITS: readonly AlarmFault[] = [
  {
    what: 'a message is not JSON',
    kind: 'invalid data',
    rings: ['Visits-DeadLetters'],
    mayRing: { 'Visits-FailedShare': 'of few messages in a minute, one is more than 5 %' },
    withinMinutes: 15,
    inMachineTime: true,
    async begin(platform) {
      await sendVisits(platform, 1, () => 'not json');
      return { end: () => purge(platform, DEAD_LETTERS) };
    },
  },
  {
    what: 'the event source of the writer is disabled, and the queue fills',
    kind: 'full queues',
    rings: ['Visits-OldestMessageAge'],
    withinMinutes: 12,
    async begin({ sandbox, functionAt }) {
      await sandbox.functions.pauseEventSources(functionAt(WRITER).arn);
      return { end: () => sandbox.functions.resumeEventSources(functionAt(WRITER).arn) };
    },
  },
  {
    what: 'the event source of the retry queue is disabled, and single writes fail',
    kind: 'full queues',
    rings: ['Visits-OldestRetryAge'],
    mayRing: {
      'Visits-DeadLetters': 'the message itself, when it is received again',
      'Visits-FailedShare': 'of few messages in a minute, one is more than 5 %',
    },
    withinMinutes: 20,
    inMachineTime: true,
    async begin(platform) {
      const { sandbox, functionAt } = platform;
      await sandbox.functions.pauseEventSources(functionAt(WRITER).arn, platform.platform.retryQueueUrl);
      await sendVisits(platform, 1, () => 'not json');
      return {
        async end() {
          sandbox.functions.resumeEventSources(functionAt(WRITER).arn);
          await platform.pass(5, true);
          await purge(platform, DEAD_LETTERS);
        },
      };
    },
  },
  {
    what: 'messages that end the process of the writer',
    kind: 'kills',
    rings: ['Visits-WriterErrors'],
    mayRing: { 'Visits-DeadLetters': AFTER_FIVE_RECEIVES },
    withinMinutes: 20,
    inMachineTime: true,
    async begin(platform) {
      const deadly = () => sendVisits(platform, 1, (index) => JSON.stringify({ student: `student-${index}`, page: DEADLY_PAGE }));
      await deadly();
      return {
        everyMinute: deadly,
        async end() {
          await platform.pass(5, true);
          await purge(platform, DEAD_LETTERS);
        },
      };
    },
  },
  {
    what: 'the table rejects most writes of the writer',
    kind: 'slow or throttled',
    rings: ['Visits-FailedShare'],
    mayRing: { 'Visits-DeadLetters': AFTER_FIVE_RECEIVES, 'Visits-OldestRetryAge': 'messages wait in the retry queue while writes fail' },
    withinMinutes: 15,
    inMachineTime: true,
    async begin(platform) {
      const throttled = { service: 'dynamodb', operation: 'BatchExecuteStatement', code: 'ThrottlingError' };
      const end = platform.sandbox.endpoint.inject({ ...throttled, statements: Array.from({ length: 25 }, (_, index) => index) });
      return {
        async end() {
          end();
          await platform.pass(5, true);
          await redrive(platform, DEAD_LETTERS);
        },
      };
    },
  },
];
