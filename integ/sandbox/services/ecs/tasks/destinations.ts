import type { SecureContext } from 'node:tls';
import { propertiesOf } from '../../../assembly/properties';
import type { Address, Assembly, LoadBalancers, NetworkInterface } from '../../../contracts';
import type { Hosts } from '../../../process/hosts';
import type { Destination, Route } from './outbound';

/** The name of the endpoint in a task: one address for all services of AWS, as AWS_ENDPOINT_URL says. */
export const ENDPOINT: Destination = { host: 'endpoint', port: 41_001 };
/** Where credentials and metadata of a task are. Documented: "Task IAM role", "task metadata endpoint version 4". */
export const METADATA: Destination = { host: 'metadata', port: 80 };

/** Services that programs call by their host names, beside those of APIs and user pools. */
const SERVICES = [
  'dynamodb',
  'sqs',
  'sts',
  's3',
  'secretsmanager',
  'ssm',
  'kms',
  'logs',
  'lambda',
  'states',
  'ecs',
  'cognito-idp',
  'monitoring',
  'xray',
  'events',
  'sns',
];

export interface DestinationOptions {
  readonly assembly: Assembly;
  readonly endpointUrl: string;
  /** Where requests for host names of AWS are answered, by their Host header. */
  readonly egress: { readonly url: string; hosts(): readonly string[] };
  readonly hosts: Hosts;
  readonly loadBalancers: LoadBalancers;
  /** The task that runs at a private address. */
  taskAt(privateIp: string): { readonly networkInterface: NetworkInterface; address(port: number): Address } | undefined;
  /** The certificate authority for names of AWS, as PEM. */
  readonly authority: string;
  /** A certificate for a name of AWS, issued when it is first needed. */
  certificateOf(host: string): Promise<SecureContext>;
}

/** Everything outside of a task that it may name. */
export interface Destinations {
  readonly all: readonly Destination[];
  /** Certificate authorities that containers trust beside the public ones, as PEM. */
  readonly authorities: readonly string[];
  route(destination: Destination, start: Buffer): Route | undefined;
}

export function readDestinations(options: DestinationOptions): Destinations {
  const { assembly, egress, hosts, loadBalancers, authority } = options;
  const endpoint = addressOf(options.endpointUrl);
  const aws = [...SERVICES.map((service) => `${service}.${assembly.region}.amazonaws.com`), ...egress.hosts(), ...bucketHosts(assembly)];
  const listeners = listenersOf(assembly);
  const others = new Set([...listeners.map(({ host }) => host), ...[...hosts.keys()].map((origin) => new URL(origin).hostname)]);
  const names = new Set(aws.filter((host) => !others.has(host)));
  const mapped = [...hosts].map(([from, to]) => ({ from: new URL(from), to: new URL(to) }));
  const plain = mapped.filter(({ from, to }) => from.protocol === 'https:' && to.protocol === 'http:').map(({ from }) => from.hostname);
  const tlsOf = (host: string) => () => options.certificateOf(host);
  const authorities = listeners.flatMap(({ host, port }) => loadBalancers.listener(host, port)?.certificateAuthority ?? []);

  return {
    all: distinct([
      ENDPOINT,
      ...[...names].flatMap((host) => [443, 80].map((port) => ({ host, port }))),
      ...mapped.map(({ from }) => ({ host: from.hostname, port: portOf(from) })),
      ...listeners,
    ]),
    authorities: [...new Set([authority, ...authorities])],
    route(destination, start) {
      const { host, port } = destination;
      const outside = (name: string, at = port) => ({ to: { host: name }, port: at });
      if (host === ENDPOINT.host) return { end: outside(`${serviceIn(start)}.${assembly.region}.amazonaws.com`, 443), address: endpoint };
      const own = mapped.find(({ from }) => from.hostname === host && portOf(from) === port);
      if (own !== undefined)
        return { end: outside(host), address: addressOf(own.to.origin), tls: plain.includes(host) ? tlsOf(host) : undefined };
      if (names.has(host)) return { end: outside(host), address: addressOf(egress.url), tls: port === 443 ? tlsOf(host) : undefined };
      const task = options.taskAt(host);
      if (task !== undefined) return { end: { to: task.networkInterface, port }, address: task.address(port) };
      const listener = loadBalancers.listener(host, port);
      return listener && { end: { to: listener.networkInterface, port }, address: listener.address };
    },
  };
}

function distinct(destinations: readonly Destination[]): Destination[] {
  return [...new Map(destinations.map((one) => [`${one.host}:${one.port}`, one])).values()];
}

/** The service of the first request of a connection, from its signature; else from its target, which unsigned calls of user pools have. */
function serviceIn(start: Buffer): string {
  const text = start.toString('latin1');
  return /Credential=[^/\s]+\/\d+\/[\w-]+\/([\w-]+)\//.exec(text)?.[1] ?? (/AWSCognitoIdentityProvider/.test(text) ? 'cognito-idp' : 'sts');
}

function bucketHosts(assembly: Assembly): string[] {
  return assembly.ofType('AWS::S3::Bucket').map((bucket) => `${assembly.ref(bucket)}.s3.${assembly.region}.amazonaws.com`);
}

function listenersOf(assembly: Assembly): Destination[] {
  return assembly.ofType('AWS::ElasticLoadBalancingV2::Listener').flatMap((listener) => {
    const properties = propertiesOf(assembly, listener);
    const balancer = assembly.byArn(properties.text('LoadBalancerArn') ?? '');
    const port = properties.number('Port');
    return balancer === undefined || port === undefined ? [] : [{ host: assembly.attribute(balancer, 'DNSName'), port }];
  });
}

function portOf(url: URL): number {
  return Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
}

function addressOf(url: string): Address {
  const parsed = new URL(url);
  return { host: parsed.hostname, port: portOf(parsed) };
}
