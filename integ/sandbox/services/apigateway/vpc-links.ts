import { propertiesOf } from '../../assembly/properties';
import type { Assembly, LoadBalancerListener, LoadBalancers, Network, NetworkInterface, Resource } from '../../contracts';
import type { SandboxContext } from '../../service-module';
import type { HttpTarget, VpcLinkTarget } from './definition';
import { GatewayFailure } from './failure';
import { type Connect, type Connection, hostOf } from './http-call';

/** The parts of the sandbox that a VPC link needs. */
export interface VpcParts {
  readonly network: Network;
  readonly loadBalancers: LoadBalancers;
}

/** Connects integrations: to the origin of their URI, or through a VPC link, whose interfaces and security groups are those of the template. */
export function createConnect(assembly: Assembly, vpc: VpcParts | undefined, reject: SandboxContext['reject']): Connect {
  const links = new Map<string, readonly NetworkInterface[]>();
  for (const link of vpc ? assembly.ofType('AWS::ApiGatewayV2::VpcLink') : []) {
    try {
      links.set(assembly.ref(link), attached(assembly, link, vpc as VpcParts));
    } catch (error) {
      reject(link, error as Error);
    }
  }
  return (target) => {
    const { through } = target;
    if ('origin' in through) {
      const { protocol, hostname, port } = new URL(through.origin);
      return { secure: protocol === 'https:', to: { hostname, port } };
    }
    return connection(target, through, links.get(through.vpcLinkId) ?? [], vpc);
  };
}

/** A VPC link has an interface in each of its subnets. */
function attached(assembly: Assembly, link: Resource, { network }: VpcParts): NetworkInterface[] {
  const properties = propertiesOf(assembly, link);
  const texts = (name: string): string[] => {
    const value = properties.raw(name) ?? [];
    if (!Array.isArray(value)) throw properties.invalid(name, 'must be a list');
    return value.map(String);
  };
  const [subnets, groups] = [texts('SubnetIds'), texts('SecurityGroupIds')];
  if (subnets.length === 0) throw properties.invalid('SubnetIds', 'is missing');
  const name = `VPC link ${link.path?.replace(/\/Resource$/, '') ?? link.id}`;
  return subnets.map((id) => network.attach(name, id, groups));
}

function connection(
  { uri }: HttpTarget,
  { vpcLinkId, loadBalancerArn }: VpcLinkTarget,
  link: readonly NetworkInterface[],
  vpc?: VpcParts,
): Connection {
  const { protocol, port: written } = new URL(`${uri.split(':')[0]}://${hostOf(uri)}`);
  const secure = protocol === 'https:';
  const port = Number(written || (secure ? 443 : 80));
  if (!vpc || link.length === 0) throw unreachable(`the VPC link ${vpcLinkId} is not in the assembly`);
  const listener = vpc.loadBalancers.listener(loadBalancerArn, port);
  if (!listener) throw unreachable(`the load balancer ${loadBalancerArn} has no listener at port ${port}`);
  const blocked = link.map((one) => vpc.network.blocked(one, listener.networkInterface, port)).find((reason) => reason !== undefined);
  if (blocked !== undefined) throw unreachable(blocked);
  return {
    secure,
    to: addressOf(listener),
    certificateAuthority: listener.certificateAuthority,
    headers: [['x-sandbox-client', link[0].privateIp]],
  };
}

function addressOf({ address }: LoadBalancerListener): Connection['to'] {
  return 'socketPath' in address ? address : { hostname: address.host, port: address.port };
}

/** As a server that does not answer: callers are not told why. */
function unreachable(cause: string): GatewayFailure {
  return new GatewayFailure('INTEGRATION_FAILURE', 'Internal server error', { cause });
}
