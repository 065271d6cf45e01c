import { type Properties, propertiesOf, readAll, readEach } from '../../assembly/properties';
import type { Assembly, Resource } from '../../contracts';
import { readAction } from './actions';
import { readListenerAttributes, readLoadBalancerAttributes, readTargetGroupAttributes } from './attributes';
import { readConditions, textsOf } from './conditions';
import type { HealthCheck, Listener, LoadBalancer, Rule, TargetGroup } from './definition';
import { tlsVersionsOf } from './tls';

const LOAD_BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
const TARGET_GROUP = 'AWS::ElasticLoadBalancingV2::TargetGroup';
const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';
const LISTENER_RULE = 'AWS::ElasticLoadBalancingV2::ListenerRule';
const LISTENER_CERTIFICATE = 'AWS::ElasticLoadBalancingV2::ListenerCertificate';

/** How each type is read; what cannot be read is a problem of its resource. */
export const READERS = [
  [LOAD_BALANCER, readLoadBalancer],
  [TARGET_GROUP, readTargetGroup],
  [LISTENER, readListener],
  [LISTENER_RULE, readRule],
] as const;

export const loadBalancersOf = (assembly: Assembly): LoadBalancer[] => readEach(assembly, LOAD_BALANCER, readLoadBalancer);
export const targetGroupsOf = (assembly: Assembly): TargetGroup[] => readEach(assembly, TARGET_GROUP, readTargetGroup);

/** The listeners with their rules in the order in which they are evaluated, and all their certificates. */
export function listenersOf(assembly: Assembly): Listener[] {
  const rules = readEach(assembly, LISTENER_RULE, readRule);
  const certificates = readEach(assembly, LISTENER_CERTIFICATE, readCertificates);
  return readEach(assembly, LISTENER, readListener).map((listener) => {
    const own = rules.filter(({ listenerArn }) => listenerArn === listener.arn).sort((a, b) => a.priority - b.priority);
    const more = certificates.filter(({ listenerArn }) => listenerArn === listener.arn).flatMap(({ arns }) => arns);
    return { ...listener, rules: [...own, ...listener.rules], certificates: [...listener.certificates, ...more] };
  });
}

function titleOf(resource: Resource): string {
  return resource.path?.replace(/\/Resource$/, '') ?? resource.id;
}

export function readLoadBalancer(assembly: Assembly, resource: Resource): LoadBalancer {
  const balancer = propertiesOf(assembly, resource);
  const {
    type: _type,
    addresses: _addresses,
    ...read
  } = readAll({
    type: () => {
      const type = balancer.text('Type') ?? 'application';
      if (type !== 'application') throw balancer.invalid('Type', `${type} is not supported: only application load balancers are`);
    },
    addresses: () => {
      const type = balancer.text('IpAddressType') ?? 'ipv4';
      if (!['ipv4', 'dualstack'].includes(type)) throw balancer.invalid('IpAddressType', `${type} is not supported`);
    },
    isPublic: () => schemeOf(balancer) === 'internet-facing',
    subnetIds: () => subnetsOf(balancer),
    groupIds: () => textsOf(balancer, 'SecurityGroups'),
    settings: () => readLoadBalancerAttributes(balancer),
  });
  return {
    ...{ resource, arn: assembly.ref(resource), title: titleOf(resource), ...read },
    name: assembly.attribute(resource, 'LoadBalancerName'),
    id: assembly.attribute(resource, 'LoadBalancerFullName'),
    dnsName: assembly.attribute(resource, 'DNSName'),
  };
}

function schemeOf(balancer: Properties): 'internet-facing' | 'internal' {
  const scheme = balancer.text('Scheme') ?? 'internet-facing';
  if (scheme !== 'internet-facing' && scheme !== 'internal')
    throw balancer.invalid('Scheme', `${scheme} is not internet-facing or internal`);
  return scheme;
}

/** Documented: "You must specify subnets from at least two Availability Zones" (Application Load Balancers). */
function subnetsOf(balancer: Properties): string[] {
  const subnets = [...textsOf(balancer, 'Subnets'), ...balancer.list('SubnetMappings').map((mapping) => mapping.required('SubnetId'))];
  if (subnets.length < 2) throw balancer.invalid('Subnets', 'must name at least two subnets in different zones');
  return subnets;
}

export function readTargetGroup(assembly: Assembly, resource: Resource): TargetGroup {
  const group = propertiesOf(assembly, resource);
  const {
    kind: _kind,
    version: _version,
    targets: _targets,
    attributes,
    ...read
  } = readAll({
    kind: () => {
      const type = group.text('TargetType') ?? 'instance';
      if (type !== 'ip') throw group.invalid('TargetType', `${type} is not supported: only ip is`);
    },
    version: () => {
      const version = group.text('ProtocolVersion') ?? 'HTTP1';
      if (version !== 'HTTP1') throw group.invalid('ProtocolVersion', `${version} is not supported: only HTTP1 is`);
    },
    targets: () => {
      if (group.list('Targets').length > 0) throw group.invalid('Targets', 'is not supported: only services register targets here');
    },
    protocol: () => protocolOf(group, 'Protocol', 'HTTP'),
    port: () => Number(group.required('Port')),
    vpcId: () => group.required('VpcId'),
    healthCheck: () => readHealthCheck(group),
    attributes: () => readTargetGroupAttributes(group),
  });
  const name = assembly.attribute(resource, 'TargetGroupName');
  return { ...{ resource, arn: assembly.ref(resource), title: titleOf(resource), name }, ...read, ...attributes };
}

function protocolOf(owner: Properties, property: string, otherwise: string): 'HTTP' | 'HTTPS' {
  const protocol = owner.text(property) ?? otherwise;
  if (protocol !== 'HTTP' && protocol !== 'HTTPS') throw owner.invalid(property, `${protocol} is not supported: only HTTP and HTTPS are`);
  return protocol;
}

/** Documented: "Health check settings" of target groups with the type `ip`, with their defaults. */
function readHealthCheck(group: Properties): HealthCheck {
  const within = (name: string, otherwise: number, least: number, most: number): number => {
    const value = group.number(name) ?? otherwise;
    if (!(Number.isInteger(value) && value >= least && value <= most))
      throw group.invalid(name, `${value} is not between ${least} and ${most}`);
    return value;
  };
  if (group.text('HealthCheckEnabled') === 'false') throw group.invalid('HealthCheckEnabled', 'must be true for targets of the type ip');
  const port = group.text('HealthCheckPort') ?? 'traffic-port';
  const interval = within('HealthCheckIntervalSeconds', 30, 5, 300) * 1_000;
  const timeout = within('HealthCheckTimeoutSeconds', 5, 2, 120) * 1_000;
  if (timeout >= interval) throw group.invalid('HealthCheckTimeoutSeconds', 'must be smaller than HealthCheckIntervalSeconds');
  return {
    ...{ interval, timeout },
    protocol: protocolOf(group, 'HealthCheckProtocol', 'HTTP'),
    port: port === 'traffic-port' ? undefined : Number(port),
    path: group.text('HealthCheckPath') ?? '/',
    healthyThreshold: within('HealthyThresholdCount', 5, 2, 10),
    unhealthyThreshold: within('UnhealthyThresholdCount', 2, 2, 10),
    matches: readMatcher(group),
  };
}

/** `200`, `200,202` or `200-299`. */
function readMatcher(group: Properties): (status: number) => boolean {
  const matcher = group.object('Matcher');
  if (matcher?.has('GrpcCode')) throw matcher.invalid('GrpcCode', 'is not supported');
  const text = matcher?.text('HttpCode') ?? '200';
  const ranges = text.split(',').map((part) => {
    const [from, to = from] = part.split('-').map(Number);
    if (!(from >= 200 && to <= 499 && from <= to)) throw group.invalid('Matcher.HttpCode', `${text} must name codes between 200 and 499`);
    return [from, to];
  });
  return (status) => ranges.some(([from, to]) => from <= status && status <= to);
}

export function readListener(assembly: Assembly, resource: Resource): Listener {
  const listener = propertiesOf(assembly, resource);
  const {
    authentication: _authentication,
    attributes,
    ...read
  } = readAll({
    authentication: () => {
      const mode = listener.object('MutualAuthentication')?.text('Mode') ?? 'off';
      if (mode !== 'off') throw listener.invalid('MutualAuthentication.Mode', `${mode} is not supported`);
    },
    loadBalancerArn: () => listener.required('LoadBalancerArn'),
    port: () => Number(listener.required('Port')),
    protocol: () => protocolOf(listener, 'Protocol', ''),
    tls: () => tlsVersionsOf(listener),
    certificates: () => certificatesOf(listener),
    rules: () => [{ priority: 0, matches: () => true, action: readAction(listener, 'DefaultActions') }],
    attributes: () => readListenerAttributes(listener),
  });
  if (read.protocol === 'HTTPS' && read.certificates.length === 0)
    throw listener.invalid('Certificates', 'is missing: HTTPS needs a certificate');
  return { resource, arn: assembly.ref(resource), ...read, ...attributes };
}

function certificatesOf(owner: Properties): string[] {
  return owner.list('Certificates').map((one) => one.required('CertificateArn'));
}

function readCertificates(assembly: Assembly, resource: Resource) {
  const certificate = propertiesOf(assembly, resource);
  return { listenerArn: certificate.required('ListenerArn'), arns: certificatesOf(certificate) };
}

export function readRule(assembly: Assembly, resource: Resource): Rule & { readonly listenerArn: string } {
  const rule = propertiesOf(assembly, resource);
  return readAll({
    arn: () => assembly.ref(resource),
    listenerArn: () => rule.required('ListenerArn'),
    priority: () => Number(rule.required('Priority')),
    matches: () => readConditions(rule),
    action: () => readAction(rule, 'Actions'),
  });
}
