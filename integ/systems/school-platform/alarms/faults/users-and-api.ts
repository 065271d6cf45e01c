import { failing, UNAVAILABLE } from '../failing';
import type { AlarmFault } from '../fault';

const UNDECIDED = '/Api/Authorizer/';

export const USERS_AND_API: readonly AlarmFault[] = [
  {
    what: 'the trigger of sign-ins cannot read the directory',
    kind: 'slow or throttled',
    rings: ['Users-TokenFailures'],
    withinMinutes: 10,
    async begin(platform) {
      const { functionAt, usual, schools } = platform;
      const { roleArn } = functionAt('/Users/PreToken/');
      const end = failing(platform, ['GetItem', 'Query', 'BatchGetItem'], { ...UNAVAILABLE, roleArn });
      return {
        everyMinute: async () => void (await usual.signIn(schools[0]).catch(() => undefined)),
        end: async () => end(),
      };
    },
  },
  {
    what: 'the queue of visits accepts nothing',
    kind: 'slow or throttled',
    rings: ['Api-ServerErrorShare'],
    withinMinutes: 12,
    async begin({ sandbox }) {
      const end = sandbox.endpoint.inject({ service: 'sqs', operation: 'SendMessage', code: 'InternalFailure', status: 500 });
      return { end: async () => end() };
    },
  },
  {
    what: 'new environments of the authorizer cannot read the secret',
    kind: 'kills',
    rings: ['Api-Undecided'],
    withinMinutes: 10,
    async begin({ sandbox, functionAt }) {
      const { arn, roleArn } = functionAt(UNDECIDED);
      const fault = { service: 'secretsmanager', operation: 'GetSecretValue', code: 'InternalServiceError', status: 500, roleArn };
      const end = sandbox.endpoint.inject(fault);
      sandbox.functions.kill(arn);
      return { everyMinute: async () => void sandbox.functions.kill(arn), end: async () => end() };
    },
  },
];
