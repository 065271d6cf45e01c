import { Duration } from 'aws-cdk-lib';
import { type IntegrationOptions, PassthroughBehavior } from 'aws-cdk-lib/aws-apigateway';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { ApiRoute, ApiTargetConfig } from '../core';
import { bindService } from '../core/private/service-integration';
import { pathTemplate } from './path-template';

/** What a route needs of a service. */
export interface RouteTarget {
  readonly loadBalancer: IApplicationLoadBalancer;
  readonly vpc: IVpc;
  readonly port: number;
  /** The name in the certificate; undefined for plain HTTP. */
  readonly domainName?: string;
  /** How long a request may last. */
  readonly requestTimeout: Duration;
}

/** Documented: "Amazon API Gateway quotas", integration timeout. */
const LONGEST_INTEGRATION = Duration.seconds(29);

/**
 * Content types of bodies that a service can get. A request without a body and without a content type counts as application/json; others get a 415,
 * because their path would have the stage's name in it.
 */
const CONTENT_TYPES = [
  'application/json',
  'application/merge-patch+json',
  'application/json-patch+json',
  'application/x-www-form-urlencoded',
  'text/plain',
];

/** A method that leads through a VPC link to the load balancer, with the caller's identity in headers. */
export function bindContainerRoute({ loadBalancer, vpc, port, domainName, requestTimeout }: RouteTarget, route: ApiRoute): ApiTargetConfig {
  const host = domainName ?? loadBalancer.loadBalancerDnsName;
  const options: IntegrationOptions = {
    timeout: shorter(requestTimeout, LONGEST_INTEGRATION),
    passthroughBehavior: PassthroughBehavior.NEVER,
    requestTemplates: Object.fromEntries(CONTENT_TYPES.map((type) => [type, pathTemplate()])),
  };
  const config = bindService('SecureContainerService', `${domainName === undefined ? 'http' : 'https'}://${host}:${port}`, route, options);
  return { ...config, loadBalancer: { loadBalancer, vpc, port } };
}

function shorter(one: Duration, other: Duration): Duration {
  return !one.isUnresolved() && one.toMilliseconds() < other.toMilliseconds() ? one : other;
}
