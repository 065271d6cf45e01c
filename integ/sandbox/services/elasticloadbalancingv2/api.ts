import type { EndpointService, NetworkInterface, ServiceReply } from '../../contracts';
import { listsOf, readForm } from '../../protocol/form';
import { QUERY_CODES, queryError, queryReply } from '../../protocol/query';
import { ServiceError } from '../../protocol/service-error';
import { element, type Xml } from '../../protocol/xml';
import type { Balancers } from './balancers';
import type { LoadBalancer } from './definition';
import type { RunningGroup } from './running-group';
import type { Health } from './target';

const NAMESPACE = 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/';
const UNUSED: Health = { state: 'unused', reason: 'Target.NotRegistered', description: 'Target is not registered to the target group' };

type Form = ReadonlyMap<string, string>;
type Operation = (form: Form, balancers: Balancers) => readonly Xml[] | Promise<readonly Xml[]>;

/** Parameters that each operation reads; any other one is rejected by name. */
const PARAMETERS: Readonly<Record<string, RegExp>> = {
  DescribeLoadBalancers: /^(?:LoadBalancerArns|Names)\.member\.\d+$/,
  DescribeTargetHealth: /^(?:TargetGroupArn|Targets\.member\.\d+\.(?:Id|Port))$/,
  RegisterTargets: /^(?:TargetGroupArn|Targets\.member\.\d+\.(?:Id|Port))$/,
  DeregisterTargets: /^(?:TargetGroupArn|Targets\.member\.\d+\.(?:Id|Port))$/,
};

/** The operations of Elastic Load Balancing that a client meets first. */
export function elbService(running: () => Balancers): EndpointService {
  const operations: Readonly<Record<string, Operation>> = {
    DescribeLoadBalancers: (form, { definitions, nodes }) => [
      element(
        'LoadBalancers',
        chosen(form, definitions).map((one) => describe(one, nodes.get(one.arn) ?? [])),
      ),
    ],
    DescribeTargetHealth: (form, balancers) => {
      const group = groupOf(form, balancers);
      const asked = targetsOf(form, group);
      const ids = asked.length > 0 ? asked : [...group.targets.keys()];
      return [
        element(
          'TargetHealthDescriptions',
          ids.map((id) => describeHealth(id, group.targets.get(id)?.health ?? UNUSED)),
        ),
      ];
    },
    RegisterTargets: (form, balancers) => {
      const group = groupOf(form, balancers);
      for (const id of targetsOf(form, group)) {
        const target = group.known.get(id);
        if (!target)
          throw new ServiceError(
            'InvalidTarget',
            `Nothing listens at ${id} in the sandbox: only targets that were registered before can be registered again`,
          );
        group.register(target);
      }
      return [];
    },
    DeregisterTargets: (form, balancers) => {
      const group = groupOf(form, balancers);
      // Documented: the call returns while the targets drain.
      for (const id of targetsOf(form, group)) void group.deregister(id);
      return [];
    },
  };
  return {
    name: 'elasticloadbalancing',
    read(request) {
      const form = readForm(request);
      const operation = form.get('Action') ?? 'unknown';
      const execute = operations[operation];
      if (!execute)
        throw new ServiceError('InvalidAction', `The sandbox does not support the operation ${operation} of elasticloadbalancing`);
      for (const name of form.keys()) {
        if (name === 'Action' || name === 'Version' || PARAMETERS[operation].test(name)) continue;
        throw new ServiceError('ValidationError', `The sandbox does not support the parameter ${name} of ${operation}`);
      }
      const resource = operation.startsWith('Describe') ? '*' : (form.get('TargetGroupArn') ?? '');
      return {
        operation,
        checks: () => [{ action: `elasticloadbalancing:${operation}`, resource, context: {} }],
        execute: async (): Promise<ServiceReply> => queryReply(NAMESPACE, operation, await execute(form, running())),
      };
    },
    error(_request, given, message, status) {
      const [code, own = status] = QUERY_CODES[given] ?? [given];
      return queryError(NAMESPACE, code, message, own);
    },
  };
}

function groupOf(form: Form, { groups }: Balancers): RunningGroup {
  const arn = form.get('TargetGroupArn') ?? '';
  const group = groups.get(arn);
  if (!group) throw new ServiceError('TargetGroupNotFound', `Target groups '${arn}' not found`);
  return group;
}

/** `10.0.1.17:8080`; without a port it is the one of the target group. */
function targetsOf(form: Form, { definition }: RunningGroup): string[] {
  return (listsOf(form).get('Targets.member') ?? []).map((one) => `${one.get('Id')}:${one.get('Port') ?? definition.port}`);
}

function chosen(form: Form, all: readonly LoadBalancer[]): readonly LoadBalancer[] {
  const members = (name: string) => (listsOf(form).get(`${name}.member`) ?? []).map((one) => one.get('') ?? '');
  const [arns, names] = [members('LoadBalancerArns'), members('Names')];
  if (arns.length + names.length === 0) return all;
  const missing = [
    ...arns.filter((arn) => !all.some((one) => one.arn === arn)),
    ...names.filter((name) => !all.some((one) => one.name === name)),
  ];
  if (missing.length > 0) throw new ServiceError('LoadBalancerNotFound', `Load balancers '[${missing.join(', ')}]' not found`);
  return all.filter(({ arn, name }) => arns.includes(arn) || names.includes(name));
}

function describe({ arn, name, dnsName, isPublic, groupIds }: LoadBalancer, nodes: readonly NetworkInterface[]): Xml {
  return element('member', [
    element('LoadBalancerArn', arn),
    element('DNSName', dnsName),
    element('LoadBalancerName', name),
    element('Scheme', isPublic ? 'internet-facing' : 'internal'),
    element('State', [element('Code', 'active')]),
    element('Type', 'application'),
    element(
      'AvailabilityZones',
      nodes.map(({ subnetId, availabilityZone }) =>
        element('member', [element('SubnetId', subnetId), element('ZoneName', availabilityZone)]),
      ),
    ),
    element(
      'SecurityGroups',
      groupIds.map((id) => element('member', id)),
    ),
    element('IpAddressType', 'ipv4'),
  ]);
}

function describeHealth(id: string, { state, reason, description }: Health): Xml {
  const [ip, port] = id.split(':');
  const optional = (name: string, value: string | undefined): Xml[] => (value === undefined ? [] : [element(name, value)]);
  return element('member', [
    element('Target', [element('Id', ip), element('Port', port)]),
    element('HealthCheckPort', port),
    element('TargetHealth', [element('State', state), ...optional('Reason', reason), ...optional('Description', description)]),
  ]);
}
