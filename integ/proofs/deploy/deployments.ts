import type { Progress } from '../../kit/progress';
import { type RunningLoad, type Sent, startLoad } from './load';
import type { Place } from './place';
import { type RequestLog, readRequests } from './requests';
import { failuresIn } from './summary';

const REPLACEMENTS = 20;

/** What happened to the requests while versions were deployed. */
export interface Deployed {
  readonly replacements: number;
  readonly requests: number;
  readonly failedRequests: number;
  /** The failed requests by kind. */
  readonly failures: Readonly<Record<string, number>>;
  readonly sent: readonly Sent[];
}

export interface RolledBack {
  readonly rolledBack: boolean;
  readonly requestsDuringRollback: number;
  /** Requests that the version which was not healthy got. */
  readonly sentToFailingVersion: number;
  readonly reason: string;
}

/** Rolling replacements of the grades service under load, and a version that never gets ready. */
export async function deployments(place: Place, progress: Progress): Promise<Deployed & RolledBack> {
  const { grades, sandbox, lessons } = place;
  const requests = readRequests(sandbox, '/aws/elasticloadbalancing/luca-platform/access');
  const running = startLoad(lessons);
  try {
    for (let done = 1; done <= REPLACEMENTS; done++) {
      await grades.replace();
      progress.count('rolling replacements', done, REPLACEMENTS);
    }
    progress.step('a version that fails its health check');
    const rolledBack = await failingVersion(place, running, requests);
    const sent = await running.stop();
    const { count: failedRequests, kinds: failures } = failuresIn(sent);
    return { replacements: REPLACEMENTS, requests: sent.length, failedRequests, failures, ...rolledBack, sent };
  } finally {
    running.close();
    requests.close();
  }
}

/** A version with the keys of a user pool that does not exist: it starts, and is never ready. */
async function failingVersion({ grades, sandbox }: Place, running: RunningLoad, requests: RequestLog): Promise<RolledBack> {
  const before = new Set((await grades.steady()).map(({ networkInterface }) => networkInterface.privateIp));
  const from = running.sent.length;
  const { region } = sandbox.assembly;
  const failing = await grades.register({ USER_POOL_ID: `${region}_none` });
  const runs = await grades.deploy(failing);
  const during = running.sent.slice(from);
  const events = await grades.events();
  const isElsewhere = ({ id }: Sent) => {
    const request = requests.get(id);
    return request !== undefined && !before.has(request.privateIp);
  };
  return {
    rolledBack: runs !== failing && events.some((message) => message.includes('deployment failed: tasks failed to start')),
    requestsDuringRollback: during.length,
    sentToFailingVersion: during.filter(isElsewhere).length,
    reason: events.find((message) => /unhealthy|health checks/.test(message)) ?? '',
  };
}
