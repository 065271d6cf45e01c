import { isIP } from 'node:net';
import type { NetworkInterface } from '../../contracts';
import { contains, isEverything, prefixLength } from './addresses';
import type { NetworkModel, Route } from './definition';
import { isHostOf } from './services';

/** How a host outside of the VPC is reached: undefined if it is, or why not. */
export function routedOut(model: NetworkModel, from: NetworkInterface, host: string): string | undefined {
  if (isIP(host) === 6) return `${from.owner} has no IPv6 address`;
  const table = model.routeTables.get(from.subnetId);
  if (table && hasGatewayEndpoint(model, table.id, host)) return undefined;
  const subnet = model.subnets.get(from.subnetId)?.name ?? from.subnetId;
  const route = routeTo(table?.routes ?? [], host);
  if (!table || !route) {
    const of = table ? `The route table ${table.name} of ${subnet}` : `${subnet}, which has the main route table,`;
    return `${of} has no route to ${host}: add ${remedyFor(host)}`;
  }
  return targetProblem(model, route, from);
}

/** Whether packets from the internet reach an interface: undefined if they do, or why not. */
export function routedIn(model: NetworkModel, to: NetworkInterface): string | undefined {
  if (to.publicIp === undefined) return `${to.owner} has no public address: hosts outside of the VPC don't reach it`;
  const route = routeTo(model.routeTables.get(to.subnetId)?.routes ?? [], 'public');
  if (route && isInternetGateway(model, route, to.vpcId)) return undefined;
  return `${model.subnets.get(to.subnetId)?.name ?? to.subnetId} has no route to an internet gateway: hosts outside of the VPC don't reach ${to.owner}`;
}

function hasGatewayEndpoint(model: NetworkModel, tableId: string, host: string): boolean {
  return model.endpoints.some(
    ({ kind, serviceName, routeTableIds }) =>
      kind === 'Gateway' && routeTableIds.includes(tableId) && isHostOf(serviceName, host, model.region),
  );
}

/** The most specific route. A name has a public address that is not known here, so that only a default route surely leads to it. */
function routeTo(routes: readonly Route[], host: string): Route | undefined {
  const leads = ({ cidr }: Route): boolean => {
    if (cidr === undefined || cidr.includes(':')) return false;
    return isIP(host) === 0 ? isEverything(cidr) : contains(cidr, host);
  };
  return routes.filter(leads).sort((one, other) => prefixLength(other.cidr ?? '') - prefixLength(one.cidr ?? ''))[0];
}

function targetProblem(model: NetworkModel, route: Route, from: NetworkInterface): string | undefined {
  const { target, targetKind } = route;
  if (isInternetGateway(model, route, from.vpcId)) {
    if (from.publicIp !== undefined) return undefined;
    return `${from.owner} has no public address, and its route leads to an internet gateway: give it one, or a subnet with a route to a NAT gateway`;
  }
  const nat = targetKind === 'NatGatewayId' ? model.natGateways.get(target) : undefined;
  if (!nat) return `The route of ${from.owner} leads to ${targetKind} ${target}, which is not in the assembly or not supported`;
  if (!nat.isPublic) return `The NAT gateway ${nat.name} is private: it has no way to the internet`;
  if (nat.subnetId === undefined) {
    const attached = [...model.internetGateways.values()].includes(nat.vpcId ?? '');
    return attached ? undefined : `The VPC of the regional NAT gateway ${nat.name} has no internet gateway`;
  }
  const onward = routeTo(model.routeTables.get(nat.subnetId)?.routes ?? [], 'public');
  if (onward && isInternetGateway(model, onward, from.vpcId)) return undefined;
  return `The subnet of the NAT gateway ${nat.name} has no route to an internet gateway`;
}

function isInternetGateway(model: NetworkModel, { target, targetKind }: Route, vpcId: string): boolean {
  return targetKind === 'GatewayId' && model.internetGateways.get(target) === vpcId;
}

function remedyFor(host: string): string {
  const service = /^(?:[^.]+\.)*?(s3|dynamodb)\.[a-z0-9-]+\.amazonaws\.com$/.exec(host)?.[1];
  if (service !== undefined) return `a gateway endpoint for ${service} to it, or a route to a NAT gateway`;
  const isAws = host.endsWith('.amazonaws.com');
  return isAws ? 'an interface endpoint of that service to the VPC, or a route to a NAT gateway' : 'a route to a NAT gateway';
}
