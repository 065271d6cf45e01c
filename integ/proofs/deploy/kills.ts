import type { Progress } from '../../kit/progress';
import { median, round } from '../../kit/statistics';
import { type Sent, startLoad } from './load';
import type { Place } from './place';
import { type RequestLog, readRequests } from './requests';
import { failuresIn } from './summary';

const KILLS = 20;
/** Requests for each kill, on average, that the load balancer may send to the process before ECS has found out. */
const MOST_SENT_LATE = 1;
/** How long ECS may take to find out that a process has ended. */
const MOST_NOTICED_MS = 1_000;

export interface Killed {
  readonly kills: number;
  readonly requestsDuringKills: number;
  /** Requests that a killed process had not answered at the moment of its kill. */
  readonly inFlight: number;
  /** Those of them that failed. */
  readonly failedInFlight: number;
  /** Requests that the load balancer sent to a process between its kill and the moment at which ECS noticed its end, and that failed. */
  readonly failedWhileDying: number;
  /** Whether those are few: at most one for each kill, on average. */
  readonly failedWhileDyingBounded: boolean;
  /** Requests that failed although no killed process had anything to do with them. */
  readonly failedElsewhere: number;
  /** How long ECS took to notice, in milliseconds. */
  readonly noticedMs: { readonly median: number; readonly max: number };
  readonly noticedInTime: boolean;
  readonly failuresOfKills: Readonly<Record<string, number>>;
  readonly sent: readonly Sent[];
}

/** The end of a process. Times are milliseconds of the sandbox's clock. */
interface Kill {
  readonly privateIp: string;
  readonly at: number;
  /** When the load balancer sent it no further requests. */
  readonly noticed: number;
}

/** Kills a process of the grades service again and again under load, and finds out which requests failed. */
export async function kills({ sandbox, grades, lessons }: Place, progress: Progress): Promise<Killed> {
  const requests = readRequests(sandbox, '/aws/elasticloadbalancing/luca-platform/access');
  const running = startLoad(lessons);
  const all: Kill[] = [];
  try {
    for (let done = 1; done <= KILLS; done++) {
      const tasks = await grades.steady();
      // So that requests are in flight in all tasks.
      await new Promise((resolve) => setTimeout(resolve, 500));
      const task = tasks[done % tasks.length];
      const at = sandbox.clock.now();
      await grades.kill(task);
      all.push({ privateIp: task.networkInterface.privateIp, at, noticed: sandbox.clock.now() });
      progress.count('killed processes', done, KILLS);
    }
    await grades.steady();
    return judge(await running.stop(), all, requests, sandbox.clock.speed);
  } finally {
    running.close();
    requests.close();
  }
}

function judge(sent: readonly Sent[], all: readonly Kill[], requests: RequestLog, speed: number): Killed {
  const inFlight = new Set(all.flatMap(({ privateIp, at }) => requests.open(privateIp, at, at)));
  const whileDying = new Set(all.flatMap(({ privateIp, at, noticed }) => requests.open(privateIp, at, noticed)));
  const failed = sent.filter(({ isFailed }) => isFailed);
  const count = (matches: (id: string) => boolean) => failed.filter(({ id }) => matches(id)).length;
  const failedWhileDying = count((id) => whileDying.has(id) && !inFlight.has(id));
  const noticed = all.map((kill) => (kill.noticed - kill.at) / speed);
  return {
    ...{ kills: all.length, requestsDuringKills: sent.length, inFlight: inFlight.size, sent },
    failedInFlight: count((id) => inFlight.has(id)),
    failedWhileDying,
    failedWhileDyingBounded: failedWhileDying <= all.length * MOST_SENT_LATE,
    failedElsewhere: count((id) => !whileDying.has(id)),
    noticedMs: { median: round(median(noticed), 1), max: round(Math.max(...noticed), 1) },
    noticedInTime: Math.max(...noticed) <= MOST_NOTICED_MS,
    failuresOfKills: failuresIn(sent).kinds,
  };
}
