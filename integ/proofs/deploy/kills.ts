import type { Progress } from '../../kit/progress';
import { median, round } from '../../kit/statistics';
import { counted } from './deployments';
import { type Sent, startLoad } from './load';
import type { Place } from './place';
import { type RequestLog, readRequests } from './requests';

const KILLS = 20;

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
  /** Requests that failed although no killed process had anything to do with them. */
  readonly failedElsewhere: number;
  /** How long ECS took to notice, in milliseconds. */
  readonly noticedMs: { readonly median: number; readonly max: number };
  readonly noticedInTime: boolean;
  readonly failuresOfKills: Readonly<Record<string, number>>;
}

/** The end of a process. Times are milliseconds of the sandbox's clock. */
interface Kill {
  readonly privateIp: string;
  readonly at: number;
  /** When the load balancer sent it no further requests. */
  readonly noticed: number;
}

/** Kills a process of the service again and again under load, and finds out which requests failed. */
export async function kills({ sandbox, service, load, accessLog }: Place, progress: Progress): Promise<Killed> {
  const requests = readRequests(sandbox, accessLog);
  const running = startLoad(load);
  const all: Kill[] = [];
  try {
    for (let done = 1; done <= KILLS; done++) {
      // So that requests are in flight in all tasks.
      await new Promise((resolve) => setTimeout(resolve, 500));
      const tasks = service.tasks();
      const task = tasks[done % tasks.length];
      const { privateIp } = task.networkInterface;
      const at = sandbox.clock.now();
      await service.kill(task);
      all.push({ privateIp, at, noticed: sandbox.clock.now() });
      await service.steady();
      progress.count('killed processes', done, KILLS);
    }
    return judge(await running.stop(), all, requests, sandbox.clock.speed);
  } finally {
    running.close();
    requests.close();
  }
}

function judge(sent: readonly Sent[], all: readonly Kill[], requests: RequestLog, speed: number): Killed {
  const inFlight = new Set(all.flatMap(({ privateIp, at }) => requests.open(privateIp, at, at)));
  const whileDying = new Set(all.flatMap(({ privateIp, at, noticed }) => requests.open(privateIp, at, noticed)));
  const failed = sent.filter(({ status }) => status !== 200);
  const count = (matches: (id: string) => boolean) => failed.filter(({ id }) => matches(id)).length;
  const noticed = all.map((kill) => (kill.noticed - kill.at) / speed);
  return {
    ...{ kills: all.length, requestsDuringKills: sent.length, inFlight: inFlight.size },
    failedInFlight: count((id) => inFlight.has(id)),
    failedWhileDying: count((id) => whileDying.has(id) && !inFlight.has(id)),
    failedElsewhere: count((id) => !whileDying.has(id)),
    noticedMs: { median: round(median(noticed), 1), max: round(Math.max(...noticed), 1) },
    noticedInTime: Math.max(...noticed) <= MOST_NOTICED_MS,
    failuresOfKills: counted(failed.map(({ status }) => String(status))),
  };
}
