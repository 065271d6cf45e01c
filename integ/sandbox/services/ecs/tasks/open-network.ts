import { join } from 'node:path';
import type { TaskDefinition } from '../task-definition';
import { ENDPOINT, METADATA } from './destinations';
import type { OutboundOptions } from './outbound';
import { openPlainNetwork } from './plain-network';
import { openNamespace, type TaskNetwork } from './task-network';
import type { TaskRun } from './task-run';

/** The socket of the metadata server in the folder of a task. */
export const metadataSocket = ({ folder }: TaskRun) => join(folder, 'metadata');

/** Opens the network of a task: a namespace, or ports of this machine where it has none. */
export function openNetwork(run: TaskRun): Promise<TaskNetwork> {
  const { context, options, folder } = run;
  const { networkInterface, definition } = options;
  const { isolation, network } = context;
  const destinations = context.destinations();
  const outbound: OutboundOptions = {
    networkInterface,
    needsStart: ({ host }) => host === ENDPOINT.host,
    route: (destination, first) =>
      destination.host === METADATA.host ? { address: { socketPath: metadataSocket(run) } } : destinations.route(destination, first),
    blocked: (from, to, port) => network.blocked(from, to, port),
    report: (message) => context.report(`not connected: ${message}`),
  };
  const parts = {
    ...{ networkInterface, folder, outbound, run: context.run, python: context.python, destinations: destinations.all },
    ports: portsOf([definition]),
    peerPorts: portsOf(context.taskDefinitions()),
  };
  return isolation.kind === 'namespaces' ? openNamespace(isolation.bwrap, isolation.nsenter, parts) : openPlainNetwork(parts);
}

function portsOf(definitions: readonly TaskDefinition[]): number[] {
  return [...new Set(definitions.flatMap(({ containers }) => containers.flatMap(({ ports }) => ports)))];
}
