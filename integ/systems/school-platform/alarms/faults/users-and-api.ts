import { failing, failingFor } from '../failing';
import type { AlarmFault } from '../fault';

const UNDECIDED = '/Api/Authorizer/';

export const USERS_AND_API: readonly AlarmFault[] = [
  {
    what: 'the trigger of sign-ins cannot read the directory',
    kind: 'slow or throttled',
    rings: ['Users-TokenFailures'],
    withinMinutes: 10,
    async begin(platform) {
      const { usual, schools } = platform;
      return {
        everyMinute: async () => void (await usual.signIn(schools[0]).catch(() => undefined)),
        end: failingFor(platform, '/Users/PreToken/', ['GetItem', 'Query', 'BatchGetItem']),
      };
    },
  },
  {
    what: 'the queue of visits accepts nothing',
    kind: 'slow or throttled',
    rings: ['Api-ServerErrorShare'],
    withinMinutes: 12,
    async begin(platform) {
      return { end: failing(platform, ['SendMessage'], { service: 'sqs', code: 'InternalFailure', status: 500 }) };
    },
  },
  {
    what: 'new environments of the authorizer cannot read the secret',
    kind: 'kills',
    rings: ['Api-Undecided'],
    withinMinutes: 10,
    async begin(platform) {
      const { functions } = platform.sandbox;
      const { arn } = platform.functionAt(UNDECIDED);
      const fault = { service: 'secretsmanager', code: 'InternalServiceError', status: 500 };
      const end = failingFor(platform, UNDECIDED, ['GetSecretValue'], fault);
      functions.kill(arn);
      return { everyMinute: async () => void functions.kill(arn), end };
    },
  },
];
