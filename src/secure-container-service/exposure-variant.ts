import type { IVpcOrigin } from 'aws-cdk-lib/aws-cloudfront';
import type { ApplicationListener, ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct, IConstruct } from 'constructs';
import type { Problems } from '../core/private/problems';
import type { ServiceDomain } from './service-domain';
import type { ServiceLogs } from './service-logs';

/** What admits clients to a load balancer, and what became of it. */
export interface Entrance {
  readonly loadBalancer: ApplicationLoadBalancer;
  /** The listener that leads to the service. */
  readonly listener: ApplicationListener;
  readonly port: number;
}

/** What differs between services by who can reach them. */
export interface ExposureVariant {
  /** Whether there is a load balancer; without one, nothing can connect to the tasks. */
  readonly isReachable: boolean;
  /** Whether the load balancer has public addresses. */
  readonly isPublic: boolean;
  /** Name and certificate of the listener, which is plain HTTP without them. */
  readonly domain?: ServiceDomain;
  /** Whether it is the endpoint of App Runner, which no other way to run tasks has. */
  readonly isAppRunnerEndpoint?: boolean;
  /** Why an API of this app may lead here, or why not: what is expected instead. */
  readonly apiProblem?: string;

  /** Reports settings with which no client could connect. */
  check(scope: IConstruct, problems: Problems): void;

  /** Lets clients in, and acknowledges what rule packs find in that. */
  admit(scope: Construct, entrance: Entrance, logs: ServiceLogs): IVpcOrigin | undefined;
}
