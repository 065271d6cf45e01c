import { Agent as PlainAgent, request as plainRequest, type RequestOptions } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import type { Target, TargetHealth } from '../../contracts';
import type { TargetGroup } from './definition';

/** What the API reports of a target beside its state. Documented: `TargetHealth` (Elastic Load Balancing API Reference). */
export interface Health {
  readonly state: TargetHealth;
  readonly reason?: string;
  readonly description?: string;
}

/** A registered target with its connections, which stay open between requests. */
export interface RegisteredTarget {
  readonly target: Target;
  readonly agent: PlainAgent;
  health: Health;
  /** Requests that have not ended. */
  inFlight: number;
  /** Called when a request ends. */
  ended: () => void;
  /** Ends the health checks. */
  readonly stop: AbortController;
}

export function registeredTarget(target: Target, { protocol }: TargetGroup): RegisteredTarget {
  return {
    target,
    // Documented: target connections are reused, and a target's certificate is not verified.
    agent: protocol === 'HTTPS' ? new SecureAgent({ keepAlive: true, rejectUnauthorized: false }) : new PlainAgent({ keepAlive: true }),
    health: { state: 'initial', reason: 'Elb.RegistrationInProgress', description: 'Target registration is in progress' },
    inFlight: 0,
    ended: () => {},
    stop: new AbortController(),
  };
}

/** A request to a target, as Node.js sends it. */
export function requestTo(protocol: 'HTTP' | 'HTTPS', { address }: Target, options: RequestOptions) {
  const send = protocol === 'HTTPS' ? secureRequest : plainRequest;
  const to = 'socketPath' in address ? { socketPath: address.socketPath } : { host: address.host, port: address.port };
  return send({ ...to, ...options, ...(protocol === 'HTTPS' ? { rejectUnauthorized: false } : {}) });
}
