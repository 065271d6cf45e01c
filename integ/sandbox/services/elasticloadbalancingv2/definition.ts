import type { Resource } from '../../contracts';

/** What the attributes of a load balancer say. */
export interface LoadBalancerSettings {
  /** Milliseconds of this machine's time. */
  readonly idleTimeout: number;
  readonly clientKeepAlive: number;
  readonly dropInvalidHeaders: boolean;
  readonly preserveHost: boolean;
  readonly tlsHeaders: boolean;
  readonly clientPortInForwardedFor: boolean;
  readonly forwardedFor: 'append' | 'preserve' | 'remove';
  /** Where access logs go. */
  readonly accessLogs?: { readonly bucket: string; readonly prefix: string };
}

export interface LoadBalancer {
  readonly resource: Resource;
  readonly arn: string;
  /** `Platform/Grades/LoadBalancer`, for messages. */
  readonly title: string;
  readonly name: string;
  /** `app/name/0123456789abcdef` */
  readonly id: string;
  readonly dnsName: string;
  readonly isPublic: boolean;
  readonly subnetIds: readonly string[];
  readonly groupIds: readonly string[];
  readonly settings: LoadBalancerSettings;
}

export interface HealthCheck {
  readonly protocol: 'HTTP' | 'HTTPS';
  /** Undefined for the port of the target. */
  readonly port?: number;
  readonly path: string;
  /** Milliseconds of the clock. */
  readonly interval: number;
  /** Milliseconds of this machine's time. */
  readonly timeout: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  readonly matches: (status: number) => boolean;
}

export interface TargetGroup {
  readonly resource: Resource;
  readonly arn: string;
  readonly title: string;
  readonly name: string;
  readonly vpcId: string;
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly port: number;
  readonly healthCheck: HealthCheck;
  /** Milliseconds of the clock. */
  readonly deregistrationDelay: number;
  readonly algorithm: 'round_robin' | 'least_outstanding_requests';
}

/** A request as conditions see it. */
export interface RoutedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Without its question mark. */
  readonly query: string;
  /** Without its port. */
  readonly host: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly sourceIp: string;
}

export type Action =
  | { readonly kind: 'forward'; readonly groups: readonly { readonly arn: string; readonly weight: number }[] }
  | {
      readonly kind: 'redirect';
      readonly status: 301 | 302;
      /** With `#{protocol}` and the like. */
      readonly protocol: string;
      readonly host: string;
      readonly port: string;
      readonly path: string;
      readonly query: string;
    }
  | { readonly kind: 'fixed-response'; readonly status: number; readonly contentType: string; readonly body: string };

export interface Rule {
  /** Undefined for the default action. */
  readonly arn?: string;
  /** `0` for the default action, as access logs have it. */
  readonly priority: number;
  readonly matches: (request: RoutedRequest) => boolean;
  readonly action: Action;
}

export interface Listener {
  readonly resource: Resource;
  readonly arn: string;
  readonly loadBalancerArn: string;
  readonly port: number;
  readonly protocol: 'HTTP' | 'HTTPS';
  /** The lowest version of TLS that the policy allows, and the highest. */
  readonly tls?: { readonly minVersion: TlsVersion; readonly maxVersion: TlsVersion };
  /** ARNs; the first one is the default certificate. */
  readonly certificates: readonly string[];
  /** By priority; the last one is the default action. */
  readonly rules: readonly Rule[];
  /** Headers of every response. */
  readonly responseHeaders: readonly (readonly [name: string, value: string])[];
  /** Whether responses of the load balancer itself name it as their server. */
  readonly namesServer: boolean;
}

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
