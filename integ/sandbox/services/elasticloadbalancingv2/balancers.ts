import type { Socket } from 'node:net';
import type { LoadBalancers, NetworkInterface, RunningLoadBalancer, Target } from '../../contracts';
import type { Listening } from '../../process/loopback';
import { reportOnce } from '../../process/once';
import { PLACES } from '../../process/ports';
import type { SandboxContext } from '../../service-module';
import { openAccessLogs } from './access-log-delivery';
import { requireLogPermission } from './access-log-permission';
import { type Certificates, createCertificates } from './certificates';
import type { Listener, LoadBalancer } from './definition';
import { createHandle } from './handle';
import { listenersOf, loadBalancersOf, targetGroupsOf } from './load';
import type { BalancerMetrics, HostCounts } from './metrics';
import { type RunningGroup, runGroup } from './running-group';
import { serveListener } from './server';
import { createWeights } from './weights';

export interface Balancers extends LoadBalancers {
  readonly groups: ReadonlyMap<string, RunningGroup>;
  readonly definitions: readonly LoadBalancer[];
  /** The nodes of each load balancer, by its ARN. */
  readonly nodes: ReadonlyMap<string, readonly NetworkInterface[]>;
  close(): Promise<void>;
}

/** A listener that runs, with its address for clients in the VPC. */
interface Open {
  readonly loadBalancer: LoadBalancer;
  readonly port: number;
  readonly inside: Listening;
  readonly outside?: Listening;
  readonly node: NetworkInterface;
  readonly certificateAuthority?: string;
}

/** Starts the load balancers of the assembly: target groups first, then the servers of their listeners. */
export async function startBalancers(context: SandboxContext, measured: BalancerMetrics): Promise<Balancers> {
  const { assembly, clock, use, report, reject } = context;
  const once = reportOnce(report);
  const network = use('network');
  const nodes = new Map<string, readonly NetworkInterface[]>();
  for (const balancer of loadBalancersOf(assembly)) {
    try {
      requireLogPermission(context, balancer);
      nodes.set(balancer.arn, attachNodes(context, balancer));
    } catch (error) {
      reject(balancer.resource, error as Error);
    }
  }
  const definitions = loadBalancersOf(assembly).filter(({ arn }) => nodes.has(arn));
  const listeners = listenersOf(assembly).filter(({ loadBalancerArn }) => nodes.has(loadBalancerArn));
  /** Why a node cannot connect to a target: all nodes must be able to, because each of them sends requests. */
  const blockedFrom = (balancerArns: readonly string[], { networkInterface, port }: Target): string | undefined =>
    balancerArns
      .flatMap((arn) => nodes.get(arn) ?? [])
      .map((node) => network.blocked(node, networkInterface, port))
      .find((reason) => reason !== undefined);

  const groups = new Map(
    targetGroupsOf(assembly).map((definition) => {
      const users = listeners.filter(({ rules }) => rules.some((rule) => sendsTo(rule.action, definition.arn)));
      const arns = [...new Set(users.map(({ loadBalancerArn }) => loadBalancerArn))];
      let hosts: HostCounts | undefined;
      const group = runGroup(definition, {
        ...{ clock, isUsed: users.length > 0 },
        blocked: (target) => blockedFrom(arns, target),
        changed: ({ id }, { state, description }) => {
          hosts?.changed();
          if (state === 'unhealthy') once([definition.arn, description ?? ''], `${definition.title}: ${id} is unhealthy: ${description}`);
        },
      });
      const ofGroup = definitions.filter(({ arn }) => arns.includes(arn));
      hosts = measured.hosts(ofGroup, definition, () => group.targets.values());
      return [definition.arn, group] as const;
    }),
  );
  const weights = createWeights(listeners);
  const certificates = createCertificates(assembly);
  const logs = openAccessLogs(context, nodes);
  const open: Open[] = [];
  const close = async (): Promise<void> => {
    for (const group of groups.values()) group.close();
    await Promise.all(open.flatMap(({ inside, outside }) => [inside.close(), outside?.close()]));
    measured.close();
    await logs.close();
  };
  try {
    for (const listener of listeners) {
      const loadBalancer = definitions.find(({ arn }) => arn === listener.loadBalancerArn) as LoadBalancer;
      const handle = createHandle({
        ...{ loadBalancer, listener, groups, webAcls: use('webAcls'), certificates, clock, blame: once },
        actionOf: weights.actionOf,
        blocked: (group, id) => blockedFrom([loadBalancer.arn], group.targets.get(id)?.target as Target),
        log: (entry) => {
          logs.write(loadBalancer, entry);
          measured.request(loadBalancer, entry);
        },
      });
      const own = nodes.get(loadBalancer.arn) as readonly NetworkInterface[];
      const blocked = (socket: Socket): string | undefined => {
        const host = (socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
        const reason = own.map((node) => network.blocked({ host }, node, listener.port)).find((one) => one !== undefined);
        if (reason !== undefined) once([listener.arn, reason], `${loadBalancer.title}: a client was not connected: ${reason}`);
        return reason;
      };
      const server = { loadBalancer, listener, handle, certificates };
      const port = context.ports(PLACES.loadBalancers + open.length);
      open.push({
        ...{ loadBalancer, port: listener.port, node: own[0] },
        inside: await serveListener(server),
        outside: loadBalancer.isPublic ? await serveListener({ ...server, blocked, port }) : undefined,
        certificateAuthority: await authorityOf(listener, certificates),
      });
    }
  } catch (error) {
    await close();
    throw error;
  }
  for (const { dnsName, arn } of definitions) {
    const plain = open.find(({ loadBalancer, outside }) => loadBalancer.arn === arn && outside?.origin.startsWith('http:'));
    if (plain?.outside) use('functions').forward(dnsName, plain.outside.origin);
  }
  return {
    ...{ groups, definitions, nodes },
    running: definitions.map((one) => describe(one, open)),
    register: (arn, target) => groupOf(groups, arn).register(target),
    deregister: (arn, id) => groupOf(groups, arn).deregister(id),
    shift: weights.shift,
    health: (arn, id) => groupOf(groups, arn).targets.get(id)?.health.state ?? 'unused',
    listener(name, port) {
      const one = open.find(({ loadBalancer: { arn, dnsName }, port: own }) => (arn === name || dnsName === name) && own === port);
      if (!one) return undefined;
      const { hostname, port: local } = new URL(one.inside.origin);
      const { node: networkInterface, certificateAuthority } = one;
      return { address: { host: hostname, port: Number(local) }, networkInterface, certificateAuthority };
    },
    close,
  };
}

/** A load balancer has a node in each of its subnets. */
function attachNodes({ use }: SandboxContext, { title, subnetIds, groupIds, isPublic }: LoadBalancer): NetworkInterface[] {
  const network = use('network');
  const nodes = subnetIds.map((id) => network.attach(title, id, groupIds, { publicIp: isPublic }));
  if (new Set(nodes.map(({ availabilityZone }) => availabilityZone)).size < nodes.length) {
    throw new Error(`${title}: two of its subnets are in one Availability Zone, and a load balancer takes one subnet of each`);
  }
  return nodes;
}

function sendsTo(action: Listener['rules'][number]['action'], groupArn: string): boolean {
  return action.kind === 'forward' && action.groups.some(({ arn }) => arn === groupArn);
}

function groupOf(groups: ReadonlyMap<string, RunningGroup>, arn: string): RunningGroup {
  const group = groups.get(arn);
  if (!group) throw new Error(`The target group ${arn} is not in the assembly`);
  return group;
}

async function authorityOf({ protocol }: Listener, certificates: Certificates): Promise<string | undefined> {
  return protocol === 'HTTPS' ? certificates.authority() : undefined;
}

function describe({ arn, title, dnsName }: LoadBalancer, open: readonly Open[]): RunningLoadBalancer {
  const own = open.filter(({ loadBalancer }) => loadBalancer.arn === arn);
  return { arn, name: title, dnsName, listeners: own.map(({ port, outside }) => ({ port, url: outside?.origin })) };
}
