import type { Properties } from '../../assembly/properties';
import type { LoadBalancerSettings } from './definition';

/** The attributes of a load balancer, a target group or a listener, read by name. What nobody read is rejected. */
interface Attributes {
  text(key: string, otherwise: string): string;
  flag(key: string, otherwise: boolean): boolean;
  seconds(key: string, otherwise: number, least: number, most: number): number;
  oneOf<T extends string>(key: string, values: readonly T[]): T;
  /** Has no effect here, whatever its value is. */
  ignore(...keys: string[]): void;
  /** Rejects any other value than this one, with which the attribute has no effect. */
  only(key: string, ...values: string[]): void;
  end(): void;
}

function attributesOf(owner: Properties, property: string): Attributes {
  const given = new Map(owner.list(property).map((one) => [one.required('Key'), one.text('Value') ?? '']));
  const left = new Set(given.keys());
  const invalid = (key: string, problem: string): Error => owner.invalid(`${property} ${key}`, problem);
  const text = (key: string, otherwise: string): string => {
    left.delete(key);
    return given.get(key) ?? otherwise;
  };
  return {
    text,
    flag(key, otherwise) {
      const value = text(key, String(otherwise));
      if (value !== 'true' && value !== 'false') throw invalid(key, `must be true or false, not ${value}`);
      return value === 'true';
    },
    seconds(key, otherwise, least, most) {
      const value = Number(text(key, String(otherwise)));
      if (!(Number.isInteger(value) && value >= least && value <= most)) throw invalid(key, `${value} is not between ${least} and ${most}`);
      return value * 1_000;
    },
    oneOf(key, values) {
      const value = text(key, values[0]);
      const found = values.find((one) => one === value);
      if (found === undefined) throw invalid(key, `${value} is not supported: use ${values.join(' or ')}`);
      return found;
    },
    ignore: (...keys) => {
      for (const key of keys) left.delete(key);
    },
    only: (key, ...values) => {
      const value = text(key, values[0]);
      if (!values.includes(value)) throw invalid(key, `${value} is not supported: only ${values.join(' or ')} is`);
    },
    end: () => {
      for (const key of left) throw invalid(key, 'is not supported');
    },
  };
}

/** Documented: "Load balancer attributes" of Application Load Balancers, with their defaults. */
export function readLoadBalancerAttributes(owner: Properties): LoadBalancerSettings {
  const attributes = attributesOf(owner, 'LoadBalancerAttributes');
  const logs = attributes.flag('access_logs.s3.enabled', false);
  const [bucket, prefix] = [attributes.text('access_logs.s3.bucket', ''), attributes.text('access_logs.s3.prefix', '')];
  if (logs && bucket === '') throw owner.invalid('LoadBalancerAttributes access_logs.s3.bucket', 'is missing');
  const settings: LoadBalancerSettings = {
    idleTimeout: attributes.seconds('idle_timeout.timeout_seconds', 60, 1, 4_000),
    clientKeepAlive: attributes.seconds('client_keep_alive.seconds', 3_600, 60, 604_800),
    dropInvalidHeaders: attributes.flag('routing.http.drop_invalid_header_fields.enabled', false),
    preserveHost: attributes.flag('routing.http.preserve_host_header.enabled', false),
    tlsHeaders: attributes.flag('routing.http.x_amzn_tls_version_and_cipher_suite.enabled', false),
    clientPortInForwardedFor: attributes.flag('routing.http.xff_client_port.enabled', false),
    forwardedFor: attributes.oneOf('routing.http.xff_header_processing.mode', ['append', 'preserve', 'remove']),
    accessLogs: logs ? { bucket, prefix } : undefined,
  };
  for (const kind of ['connection_logs', 'health_check_logs']) {
    attributes.only(`${kind}.s3.enabled`, 'false');
    attributes.ignore(`${kind}.s3.bucket`, `${kind}.s3.prefix`);
  }
  attributes.only('load_balancing.cross_zone.enabled', 'true');
  // Nothing deletes a load balancer here, one process stands for all zones, and a parser that is strict already has no modes.
  attributes.ignore('deletion_protection.enabled', 'zonal_shift.config.enabled', 'routing.http.desync_mitigation_mode');
  attributes.ignore('routing.http2.enabled', 'waf.fail_open.enabled', 'ipv6.deny_all_igw_traffic');
  attributes.end();
  return settings;
}

/** Documented: "Target group attributes". */
export function readTargetGroupAttributes(owner: Properties) {
  const attributes = attributesOf(owner, 'TargetGroupAttributes');
  const settings = {
    deregistrationDelay: attributes.seconds('deregistration_delay.timeout_seconds', 300, 0, 3_600),
    algorithm: attributes.oneOf('load_balancing.algorithm.type', ['round_robin', 'least_outstanding_requests']),
  };
  attributes.only('slow_start.duration_seconds', '0');
  attributes.only('stickiness.enabled', 'false');
  attributes.ignore('stickiness.type', 'stickiness.lb_cookie.duration_seconds');
  attributes.ignore('stickiness.app_cookie.cookie_name', 'stickiness.app_cookie.duration_seconds');
  attributes.only('load_balancing.algorithm.anomaly_mitigation', 'off');
  attributes.only('load_balancing.cross_zone.enabled', 'use_load_balancer_configuration', 'true');
  for (const part of ['dns_failover', 'unhealthy_state_routing']) {
    attributes.only(`target_group_health.${part}.minimum_healthy_targets.count`, '1');
    attributes.only(`target_group_health.${part}.minimum_healthy_targets.percentage`, 'off');
  }
  attributes.end();
  return settings;
}

/** Documented: "HTTP header modification": headers that a listener adds to responses. */
const RESPONSE_HEADERS: Readonly<Record<string, string>> = {
  strict_transport_security: 'Strict-Transport-Security',
  access_control_allow_origin: 'Access-Control-Allow-Origin',
  access_control_allow_methods: 'Access-Control-Allow-Methods',
  access_control_allow_headers: 'Access-Control-Allow-Headers',
  access_control_allow_credentials: 'Access-Control-Allow-Credentials',
  access_control_expose_headers: 'Access-Control-Expose-Headers',
  access_control_max_age: 'Access-Control-Max-Age',
  content_security_policy: 'Content-Security-Policy',
  x_content_type_options: 'X-Content-Type-Options',
  x_frame_options: 'X-Frame-Options',
};

export function readListenerAttributes(owner: Properties) {
  const attributes = attributesOf(owner, 'ListenerAttributes');
  const namesServer = attributes.flag('routing.http.response.server.enabled', true);
  const responseHeaders = Object.entries(RESPONSE_HEADERS).flatMap(([key, name]) => {
    const value = attributes.text(`routing.http.response.${key}.header_value`, '');
    return value === '' ? [] : [[name, value] as const];
  });
  attributes.end();
  return { namesServer, responseHeaders };
}
