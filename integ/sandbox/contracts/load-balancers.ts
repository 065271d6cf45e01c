import type { NetworkInterface } from './network';

/** Where something listens on this machine. */
export type Address = { readonly host: string; readonly port: number } | { readonly socketPath: string };

/** What a load balancer sends requests to. */
export interface Target {
  /** Unique in its target group: `10.0.1.17:8080`. */
  readonly id: string;
  readonly networkInterface: NetworkInterface;
  /** The port at the interface, as the target group's rules and security groups see it. */
  readonly port: number;
  /** Where that port is on this machine. */
  readonly address: Address;
}

export type TargetHealth = 'initial' | 'healthy' | 'unhealthy' | 'draining' | 'unused';

/** A load balancer as clients see it. */
export interface RunningLoadBalancer {
  readonly arn: string;
  /** `Platform/Grades/LoadBalancer` */
  readonly name: string;
  readonly dnsName: string;
  /** `url` is on this machine: `https://127.0.0.1:port`. An internal load balancer has none, because clients outside of its VPC don't reach it. */
  readonly listeners: readonly { readonly port: number; readonly url?: string }[];
}

/** The load balancers of the assembly. They check the health of their targets and send requests to the healthy ones. */
export interface LoadBalancers {
  /** Starts health checks of a target. It gets requests when it is healthy. */
  register(targetGroupArn: string, target: Target): void;
  /** Stops new requests to a target. Resolves when its requests have ended, at the latest after the deregistration delay. */
  deregister(targetGroupArn: string, targetId: string): Promise<void>;
  /** Sends all requests of a listener rule to one of its target groups. @throws where the rule does not lead to the group */
  shift(listenerRuleArn: string, targetGroupArn: string): void;
  health(targetGroupArn: string, targetId: string): TargetHealth;
  readonly running: readonly RunningLoadBalancer[];
  /**
   * The listener of a load balancer, by its ARN or DNS name, for clients in its VPC; undefined if it has none at that port. A client asks
   * `blocked` first, and may name its own address in the header `x-sandbox-client`, which the load balancer removes.
   */
  listener(loadBalancer: string, port: number): LoadBalancerListener | undefined;
}

/** Where a listener is on this machine. */
export interface LoadBalancerListener {
  readonly address: Address;
  readonly networkInterface: NetworkInterface;
  /** The certificate authority of an HTTPS listener, as PEM. A client that verifies names uses it instead of the public ones. */
  readonly certificateAuthority?: string;
}
