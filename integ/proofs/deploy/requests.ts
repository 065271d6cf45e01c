import type { Sandbox } from '../../sandbox';

/** A request as the load balancer has sent it to a task. Times are milliseconds of the sandbox's clock. */
export interface Forwarded {
  readonly privateIp: string;
  readonly created: number;
  readonly ended: number;
}

/** The requests of loads by their ids, from the access log of a load balancer. */
export interface RequestLog {
  get(id: string): Forwarded | undefined;
  /** The requests that a task got before the end of a time, and had not answered at its beginning. */
  open(privateIp: string, from: number, until: number): string[];
  close(): void;
}

export function readRequests({ logs }: Sandbox, group: string): RequestLog {
  const requests = new Map<string, Forwarded>();
  const close = logs.onLine(({ group: own, message }) => {
    if (own !== group) return;
    const line = JSON.parse(message) as Record<string, string>;
    const id = /\/(load\d+-\d+)[/ ]/.exec(line.request_line)?.[1];
    if (id === undefined) return;
    requests.set(id, {
      privateIp: line['target:port'].split(':')[0],
      ...{ created: Date.parse(line.request_creation_time), ended: Date.parse(line.time) },
    });
  });
  return {
    get: (id) => requests.get(id),
    open: (privateIp, from, until) =>
      [...requests]
        .filter(([, request]) => request.privateIp === privateIp && request.created <= until && request.ended >= from)
        .map(([id]) => id),
    close,
  };
}
