import type { Network, NetworkEnd, NetworkInterface } from '../../contracts';
import { freeAddresses } from './addresses';
import type { NetworkModel, VpcEndpoint } from './definition';
import { allows } from './groups';
import { routedIn, routedOut } from './routes';
import { isHostOf } from './services';

/** A range for documentation (RFC 5737), of which interfaces get their public addresses. */
const PUBLIC = '203.0.113.0/24';

/** Who reaches whom, by the security groups, route tables and endpoints of an assembly. */
export function createNetwork(model: NetworkModel): Network {
  const used = new Set<string>();
  const take = (cidr: string, of: string): string => {
    for (const address of freeAddresses(cidr)) {
      const key = `${of} ${address}`;
      if (used.has(key)) continue;
      used.add(key);
      return address;
    }
    throw new Error(`${of} has no free address left in ${cidr}`);
  };
  const attach: Network['attach'] = (owner, subnetId, groups, { publicIp = false } = {}) => {
    const subnet = model.subnets.get(subnetId);
    if (!subnet) throw new Error(`${owner}: the subnet ${subnetId} is not in the assembly`);
    const vpc = model.vpcs.get(subnet.vpcId);
    if (!vpc) throw new Error(`${owner}: the VPC ${subnet.vpcId} of ${subnet.name} is not in the assembly`);
    const securityGroupIds = groups.length === 0 ? [vpc.defaultGroup] : groups;
    for (const id of securityGroupIds) {
      const group = model.groups.get(id);
      if (!group) throw new Error(`${owner}: the security group ${id} is not in the assembly`);
      if (group.vpcId !== vpc.id) throw new Error(`${owner}: ${group.name} belongs to another VPC than ${subnet.name}`);
    }
    return {
      ...{ owner, subnetId, securityGroupIds, vpcId: vpc.id, availabilityZone: subnet.availabilityZone },
      privateIp: take(subnet.cidr, subnetId),
      ...(publicIp ? { publicIp: take(PUBLIC, 'The internet') } : {}),
    };
  };
  // Created when the first connection asks, so that an endpoint that nobody uses takes no address.
  const interfaces = new Map<VpcEndpoint, NetworkInterface>();
  const interfaceOf = (endpoint: VpcEndpoint): NetworkInterface => {
    const known = interfaces.get(endpoint) ?? attach(endpoint.name, endpoint.subnetIds[0] ?? '', endpoint.groupIds);
    interfaces.set(endpoint, known);
    return known;
  };
  const out = (from: NetworkInterface, host: string, port: number): string | undefined => {
    const endpoint = model.endpoints.find(
      ({ kind, vpcId, privateDns, serviceName }) =>
        kind === 'Interface' && vpcId === from.vpcId && privateDns && isHostOf(serviceName, host, model.region),
    );
    if (endpoint) return within(model, from, interfaceOf(endpoint), port);
    const unrouted = routedOut(model, from, host);
    if (unrouted !== undefined) return sentence(unrouted);
    return allows(model, from.securityGroupIds, 'egress', { host }, port) ? undefined : noRule(model, from, 'egress', port, host);
  };
  const into = (host: string, to: NetworkInterface, port: number): string | undefined => {
    const unrouted = routedIn(model, to);
    if (unrouted !== undefined) return sentence(unrouted);
    return allows(model, to.securityGroupIds, 'ingress', { host }, port) ? undefined : noRule(model, to, 'ingress', port, host);
  };
  return {
    attach,
    release({ subnetId, privateIp, publicIp }) {
      used.delete(`${subnetId} ${privateIp}`);
      if (publicIp !== undefined) used.delete(`The internet ${publicIp}`);
    },
    blocked(from, to, port) {
      if (isInterface(from)) return isInterface(to) ? within(model, from, to, port) : out(from, to.host, port);
      return isInterface(to) ? into(from.host, to, port) : undefined;
    },
  };
}

function isInterface(end: NetworkEnd): end is NetworkInterface {
  return 'privateIp' in end;
}

/** Documented: "Route tables": every route table has a local route for the whole VPC. */
function within(model: NetworkModel, from: NetworkInterface, to: NetworkInterface, port: number): string | undefined {
  if (from.vpcId !== to.vpcId)
    return sentence(`${from.owner} and ${to.owner} are in different VPCs, and routes between VPCs are not evaluated`);
  if (!allows(model, from.securityGroupIds, 'egress', to, port)) return noRule(model, from, 'egress', port, ended(to));
  return allows(model, to.securityGroupIds, 'ingress', from, port) ? undefined : noRule(model, to, 'ingress', port, ended(from));
}

function ended({ owner, privateIp }: NetworkInterface): string {
  return `${owner} (${privateIp})`;
}

function noRule(
  model: NetworkModel,
  { owner, securityGroupIds }: NetworkInterface,
  direction: 'ingress' | 'egress',
  port: number,
  other: string,
) {
  const groups = securityGroupIds.map((id) => model.groups.get(id)?.name ?? id).join(', ');
  return sentence(
    `No ${direction} rule of ${owner} (${groups}) allows TCP port ${port} ${direction === 'ingress' ? 'from' : 'to'} ${other}`,
  );
}

function sentence(text: string): string {
  return `${text}.`;
}
