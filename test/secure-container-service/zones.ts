/** A template, as far as zones matter. */
interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}
type Resources = Readonly<Record<string, Resource>>;

/**
 * What of a template would stop working in a zone that is fine when another one is lost: one line for each.
 *
 * Whatever lives in several subnets must have one left, and whatever a subnet that is left sends its traffic through must not live in the lost zone.
 */
export function singleZoneDependencies(resources: Resources): string[] {
  const zoneOf = zonesOfSubnets(resources);
  const zones = [...new Set(zoneOf.values())].sort();
  return zones.flatMap((lost) => [...withoutSubnet(resources, zoneOf, lost), ...routedThrough(resources, zoneOf, lost)]);
}

function zonesOfSubnets(resources: Resources): Map<string, string> {
  const subnets = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::EC2::Subnet');
  return new Map(subnets.map(([id, { Properties }]) => [id, JSON.stringify(Properties?.AvailabilityZone)]));
}

/** Resources that are placed in subnets, none of which would be left. A NAT gateway has one; what sends traffic through it decides. */
function withoutSubnet(resources: Resources, zoneOf: ReadonlyMap<string, string>, lost: string): string[] {
  return Object.entries(resources).flatMap(([id, { Type, Properties }]) => {
    if (['AWS::EC2::NatGateway', 'AWS::EC2::SubnetRouteTableAssociation', 'AWS::EC2::Subnet'].includes(Type)) return [];
    const placed = referencesIn(Properties).filter((reference) => zoneOf.has(reference));
    if (placed.length === 0 || placed.some((subnet) => zoneOf.get(subnet) !== lost)) return [];
    return [`${id} (${Type}) is in ${lost} only`];
  });
}

/** Routes of subnets of other zones that lead to something in the lost one. */
function routedThrough(resources: Resources, zoneOf: ReadonlyMap<string, string>, lost: string): string[] {
  const associations = Object.values(resources).filter(({ Type }) => Type === 'AWS::EC2::SubnetRouteTableAssociation');
  return associations.flatMap(({ Properties }) => {
    const [subnet] = referencesIn(Properties?.SubnetId);
    const [table] = referencesIn(Properties?.RouteTableId);
    if (zoneOf.get(subnet) === lost) return [];
    const routes = Object.values(resources).filter(
      ({ Type, Properties: route }) => Type === 'AWS::EC2::Route' && referencesIn(route?.RouteTableId).includes(table),
    );
    const gateways = routes.flatMap(({ Properties: route }) => referencesIn(route?.NatGatewayId));
    return gateways
      .filter((gateway) => referencesIn(resources[gateway].Properties?.SubnetId).some((at) => zoneOf.get(at) === lost))
      .map((gateway) => `${subnet} needs ${gateway}, which is in ${lost}`);
  });
}

function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => {
    if (key === 'Ref') return [String(part)];
    return key === 'Fn::GetAtt' ? [String((part as unknown[])[0])] : referencesIn(part);
  });
}
