import { setTimeout as pause } from 'node:timers/promises';
import type { AlarmFault } from '../../systems/school-platform/alarms/fault';
import { faultOf } from '../../systems/school-platform/alarms/table';
import type { WatchedPlatform } from '../../systems/school-platform/alarms/watched-platform';
import type { DayKind } from './schedule';

/** Nothing goes off for it: the platform goes on by itself. */
function quiet(what: string, minutes: number, begin: AlarmFault['begin'], mayRing: AlarmFault['mayRing'] = {}): AlarmFault {
  return { what, kind: 'kills', rings: [], mayRing, withinMinutes: minutes, begin };
}

const ended = { end() {} };
const JUMP = 'what was sent before the jump is older after it';
const UNTIL_REPLACED = 'requests that the task had fail, and one task is left until another one is ready';
const FAILED_ONCE = {
  'Visits-FailedShare': 'the writes of that moment failed',
  'Api-ServerErrorShare': 'the requests of that moment failed',
  'Grades-Service-ServerErrorShare': 'the requests of that moment failed',
};

function arnAt({ platform, sandbox: { assembly } }: WatchedPlatform, type: string, path: string): string {
  return assembly.attribute(platform.resource(type, path), 'Arn');
}

/** Restarts the engine of the tables after a moment, in which requests are under way. */
const restart = (afterMs: number) =>
  quiet(
    `the engine of the tables is killed ${afterMs} ms after requests were sent, and starts again`,
    3,
    async ({ sandbox }) => {
      const restarted = pause(afterMs).then(() => sandbox.engines.dynamodb.restart?.());
      return { end: async () => void (await restarted) };
    },
    FAILED_ONCE,
  );

const jump = (minutes: number) =>
  quiet(
    `the clock jumps ${minutes} minutes ahead`,
    2,
    async ({ sandbox }) => {
      sandbox.clock.advance(minutes * 60_000);
      return ended;
    },
    { 'Visits-OldestMessageAge': JUMP, 'Visits-OldestRetryAge': JUMP },
  );

/** Kills the environments of the writer while they have a batch, so that its messages are delivered again. */
const killWriter = quiet('the writer is killed while it has a batch', 2, async ({ sandbox, platform }) => {
  let killed = 0;
  const stop = sandbox.endpoint.onCall(({ operation }) => {
    if (operation === 'BatchExecuteStatement' && killed === 0) killed = sandbox.functions.kill(platform.writerArn);
  });
  return { end: stop };
});

const killTask = quiet(
  'a task of the grades service is killed',
  3,
  async ({ sandbox, platform }) => {
    const service = sandbox.assembly.ref(platform.resource('AWS::ECS::Service', '/Grades/Service/'));
    const [task] = sandbox.containerServices.tasks(service);
    if (task !== undefined) sandbox.containerServices.kill(task.arn);
    return ended;
  },
  Object.fromEntries(
    ['Api-ServerErrorShare', 'Grades-Service-ServerErrorShare', 'Grades-Service-UnhealthyTasks'].map((alarm) => [alarm, UNTIL_REPLACED]),
  ),
);

const killPipe = quiet('the pipe to the lake is killed', 2, async (platform) => {
  const killed = platform.sandbox.pipes.kill(arnAt(platform, 'AWS::Pipes::Pipe', '/Lake/Changes/Pipe'));
  return { end: () => killed };
});

const killDelivery = quiet('the delivery to the lake is killed', 2, async (platform) => {
  const stream = arnAt(platform, 'AWS::KinesisFirehose::DeliveryStream', '/Lake/Changes/Delivery');
  const killed = platform.sandbox.deliveryStreams.kill(stream);
  return { end: () => killed };
});

const lostAnswers = quiet('messages that were written cannot be deleted, and are delivered again', 2, async ({ sandbox }) => {
  const fault = { service: 'sqs', operation: 'DeleteMessageBatch', code: 'InternalFailure', status: 500 };
  const end = sandbox.endpoint.inject({ ...fault, calls: [1, 2, 3, 4, 5, 6] });
  return { end };
});

/** Those that ring, and those that do not, of each kind. */
export const DAY_FAULTS: Readonly<Record<DayKind, readonly AlarmFault[]>> = {
  engineRestarts: [restart(0), restart(40), restart(150), restart(400)],
  kills: [killWriter, killTask, killPipe, killDelivery],
  clockJumps: [jump(2), jump(5), jump(15)],
  fullQueues: [faultOf('Visits-OldestMessageAge'), lostAnswers],
  slowOrThrottled: [
    faultOf('P95-Latency-Alert'),
    faultOf('Visits-FailedShare'),
    faultOf('Api-ServerErrorShare'),
    faultOf('Users-TokenFailures'),
    faultOf('Grades-Service-ServerErrorShare'),
    faultOf('Lake-Changes-PipeFailures'),
  ],
};

export function faultAt(kind: DayKind, choice: number): AlarmFault {
  const faults = DAY_FAULTS[kind];
  return faults[Math.min(faults.length - 1, Math.floor(choice * faults.length))];
}
