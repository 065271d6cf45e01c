import type { SandboxContext } from '../../service-module';
import { type AccessLogEntry, accessLogLine } from './access-log';
import type { LoadBalancer } from './definition';

export interface AccessLogs {
  write(loadBalancer: LoadBalancer, entry: AccessLogEntry): void;
  close(): Promise<void>;
}

export function openAccessLogs(_context: SandboxContext, _definitions: readonly LoadBalancer[]): AccessLogs {
  return { write: (loadBalancer, entry) => void accessLogLine(loadBalancer, entry), close: async () => {} };
}
