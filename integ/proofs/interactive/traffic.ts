import type { Sandbox } from '../../sandbox';

/** What happened behind the API. */
export interface Traffic {
  /** Requests that load balancers logged. */
  readonly balanced: number;
  /** Calls to the table. */
  readonly calls: number;
  /** The roles that called the table, and the number of their sessions. */
  readonly roles: readonly string[];
  readonly sessions: number;
}

export interface TrafficWatch {
  /** The requests that load balancers have logged since the last time. */
  balanced(): number;
  /** What happened since the last time. */
  taken(): Traffic;
  close(): void;
}

/** Counts requests that pass load balancers, and the sessions that call a table: whether it was the whole path, and isolated. */
export function watchTraffic(sandbox: Sandbox, tableArn: string): TrafficWatch {
  const { assembly, endpoint, logs } = sandbox;
  const accessLogs = new Set(
    assembly
      .ofType('AWS::Logs::LogGroup')
      .filter(({ path }) => path?.endsWith('/AccessLogs/Resource') && !path.includes('/Api/'))
      .map((group) => assembly.ref(group)),
  );
  let [calls, balanced] = [0, 0];
  const callers = new Set<string>();
  const closings = [
    endpoint.onCall(({ service, resources, principal }) => {
      // Not its stream, which the pipe of the lake reads.
      if (service !== 'dynamodb' || !resources.some((arn) => arn === tableArn || arn.startsWith(`${tableArn}/index/`))) return;
      calls++;
      callers.add(principal);
    }),
    logs.onLine(({ group }) => {
      if (accessLogs.has(group)) balanced++;
    }),
  ];
  return {
    balanced: () => balanced,
    taken() {
      const traffic = { balanced, calls, roles: [...new Set([...callers].map(roleIn))].sort(), sessions: callers.size };
      [calls, balanced] = [0, 0];
      callers.clear();
      return traffic;
    },
    close: () => {
      for (const close of closings) close();
    },
  };
}

/** `arn:aws:sts::123456789012:assumed-role/<role>/<session>` */
function roleIn(principal: string): string {
  return principal.split('/')[1] ?? principal;
}
