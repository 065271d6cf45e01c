import type { Sandbox } from '../../sandbox';

/** A request as the load balancer has sent it to a task. Times are milliseconds of the sandbox's clock. */
interface Forwarded {
  readonly target: string;
  readonly created: number;
  readonly ended: number;
}

/** The requests of a load by their ids, from the access log of the load balancer. */
export interface RequestLog {
  /** The requests that a task got before the end of a time, and had not answered at its beginning. */
  open(privateIp: string, from: number, until: number): string[];
  close(): void;
}

export function readRequests({ logs }: Sandbox, group: string): RequestLog {
  const requests = new Map<string, Forwarded>();
  const close = logs.onLine(({ group: own, message }) => {
    if (own !== group) return;
    const line = JSON.parse(message) as Record<string, string>;
    const id = /\/(request-\d+) /.exec(line.request_line)?.[1];
    if (id === undefined) return;
    requests.set(id, {
      target: line['target:port'],
      ...{ created: Date.parse(line.request_creation_time), ended: Date.parse(line.time) },
    });
  });
  return {
    open: (privateIp, from, until) =>
      [...requests]
        .filter(([, { target, created, ended }]) => target.startsWith(`${privateIp}:`) && created <= until && ended >= from)
        .map(([id]) => id),
    close,
  };
}
