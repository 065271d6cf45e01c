import { createServer, type IncomingHttpHeaders, request as plainRequest, type RequestListener } from 'node:http';
import { request as secureRequest } from 'node:https';
import { Duration, type Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Assembly, Endpoint, Engines, LoadBalancers, LogLine, Network, NetworkInterface, Target } from '../../contracts';
import { createClock } from '../../process/clock';
import { type Listening, listen } from '../../process/loopback';
import type { SandboxContext, ServiceModule } from '../../service-module';
import { startServices } from '../../start-services';
import { assemblyOf, provision } from '../../testing/engines';
import { ec2 as network } from '../ec2';
import { logs } from '../logs';
import { wafv2 } from '../wafv2';
import { elasticloadbalancingv2 } from '.';

const nothing = { name: 'nothing', url: 'http://127.0.0.1:9', pid: 0, close: async () => {} };
const NO_ENGINES: Engines = { dynamodb: nothing, ministack: nothing, close: async () => {} };

export interface TestBalancer {
  readonly assembly: Assembly;
  readonly endpoint: Endpoint;
  readonly use: SandboxContext['use'];
  readonly loadBalancers: LoadBalancers;
  readonly network: Network;
  readonly arn: string;
  readonly groupArn: string;
  readonly forwarded: ReadonlyMap<string, string>;
  readonly reported: readonly string[];
  readonly lines: readonly LogLine[];
  /** A server of the test as a target, in the group `Tasks`. */
  target(answer: RequestListener, groupId?: string): Promise<Target & { readonly server: Listening }>;
  register(target: Target, groupArn?: string): Promise<void>;
  attach(owner: string, groupId: string): NetworkInterface;
  /** A request of a client in the VPC, to the listener at a port. */
  send(path: string, options?: SendOptions): Promise<Reply>;
  close(): Promise<void>;
}

export interface SendOptions {
  readonly port?: number;
  readonly method?: string;
  readonly headers?: readonly string[];
  readonly body?: string | Buffer;
  readonly serverName?: string;
  /** Another address: `https://127.0.0.1:port`. */
  readonly origin?: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Parts {
  readonly stack: Stack;
  readonly vpc: ec2.Vpc;
  readonly balancer: elb.ApplicationLoadBalancer;
  readonly group: elb.ApplicationTargetGroup;
}

export interface TestOptions {
  readonly speed?: number;
  readonly internetFacing?: boolean;
  readonly engines?: Engines;
  readonly more?: readonly ServiceModule[];
  readonly balancer?: Partial<elb.ApplicationLoadBalancerProps>;
  readonly group?: Partial<elb.ApplicationTargetGroupProps>;
  /** Instead of an HTTP listener at port 80 that forwards to the target group. */
  readonly listeners?: (parts: Parts) => void;
}

/** A load balancer of the CDK with a target group at port 8080, and groups `Tasks` (for targets) and `Clients`. */
export async function startTestBalancer(folder: string, options: TestOptions = {}): Promise<TestBalancer> {
  const { speed = 1, internetFacing = false, more = [], listeners, engines = NO_ENGINES } = options;
  const assembly = assemblyOf(folder, (stack) => {
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1, restrictDefaultSecurityGroup: false });
    const tasks = new ec2.SecurityGroup(stack, 'Tasks', { vpc });
    const clients = new ec2.SecurityGroup(stack, 'Clients', { vpc });
    new ec2.SecurityGroup(stack, 'Closed', { vpc });
    const balancer = new elb.ApplicationLoadBalancer(stack, 'Balancer', { vpc, internetFacing, ...options.balancer });
    balancer.connections.allowTo(tasks, ec2.Port.tcp(8080));
    balancer.connections.allowFrom(clients, ec2.Port.allTcp());
    const group = new elb.ApplicationTargetGroup(stack, 'Group', {
      ...{ vpc, port: 8080, protocol: elb.ApplicationProtocol.HTTP, targetType: elb.TargetType.IP },
      healthCheck: { interval: Duration.seconds(5), timeout: Duration.seconds(2), path: '/health' },
      ...options.group,
    });
    const add = listeners ?? (() => void balancer.addListener('Http', { port: 80, open: false, defaultTargetGroups: [group] }));
    add({ stack, vpc, balancer, group });
  });
  const forwarded = new Map<string, string>();
  const functions: ServiceModule = {
    types: [],
    start: ({ offer }) => {
      offer('functions', { forward: (host: string, origin: string) => void forwarded.set(host, origin) } as never);
      return {};
    },
  };
  const reported: string[] = [];
  const lines: LogLine[] = [];
  const clock = createClock(speed);
  if (engines !== NO_ENGINES) await provision(assembly, engines, clock);
  const services = [logs, wafv2, network, elasticloadbalancingv2, functions, ...more];
  const started = await startServices(services, {
    ...{ assembly, engines, clock },
    report: (line) => void reported.push(line),
    onLog: (line) => void lines.push(line),
  });
  try {
    await started.ready();
  } catch (error) {
    await started.close();
    throw error;
  }
  const loadBalancers = started.use('loadBalancers');
  const attached = started.use('network');
  const [arn] = assembly.ofType('AWS::ElasticLoadBalancingV2::LoadBalancer').map((one) => assembly.ref(one));
  const [groupArn] = assembly.ofType('AWS::ElasticLoadBalancingV2::TargetGroup').map((one) => assembly.ref(one));
  const servers: Listening[] = [];
  const attach = (owner: string, groupId: string): NetworkInterface => {
    const at = (type: string, path: string) => assembly.ofType(type).find((one) => one.path === path) as never;
    const subnet = assembly.ref(at('AWS::EC2::Subnet', 'Shop/Vpc/PrivateSubnet1/Subnet'));
    return attached.attach(owner, subnet, [assembly.attribute(at('AWS::EC2::SecurityGroup', `Shop/${groupId}/Resource`), 'GroupId')]);
  };
  return {
    ...{
      assembly,
      endpoint: started.endpoint,
      use: started.use,
      loadBalancers,
      network: attached,
      arn,
      groupArn,
      forwarded,
      reported,
      lines,
      attach,
    },
    async target(answer, groupId = 'Tasks') {
      const server = await listen(createServer(answer));
      servers.push(server);
      const networkInterface = attach(`Task ${servers.length}`, groupId);
      const address = { host: '127.0.0.1', port: Number(new URL(server.origin).port) };
      return { id: `${networkInterface.privateIp}:8080`, networkInterface, port: 8080, address, server };
    },
    async register(target, arn = groupArn) {
      loadBalancers.register(arn, target);
      await until(() => loadBalancers.health(arn, target.id) === 'healthy');
    },
    send(path, { port = 80, method = 'GET', headers = ['Host', 'shop.example.com'], body, serverName, origin } = {}) {
      const listener = loadBalancers.listener(arn, port);
      const to = origin ? { host: '127.0.0.1', port: Number(new URL(origin).port) } : listener?.address;
      const ca = listener?.certificateAuthority;
      const send = ca === undefined ? plainRequest : secureRequest;
      const length = body === undefined ? [] : ['Content-Length', String(Buffer.byteLength(body))];
      return new Promise((resolve, reject) => {
        const sent = send(
          { ...to, ca, servername: serverName, path, method, headers: [...headers, ...length], agent: false },
          async (reply) => {
            const chunks: Buffer[] = [];
            try {
              for await (const chunk of reply) chunks.push(chunk as Buffer);
              resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body: Buffer.concat(chunks).toString() });
            } catch (error) {
              reject(error);
            }
          },
        );
        sent.on('error', reject);
        sent.end(body);
      });
    },
    async close() {
      await started.close();
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}

/** Waits until something holds. */
export async function until(holds: () => boolean, milliseconds = 5_000): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!holds()) {
    if (Date.now() > end) throw new Error('It did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** `startTestBalancer`, of load balancers that end with the test that asked for them. */
export function testBalancers(folder: string): (options?: TestOptions) => Promise<TestBalancer> {
  const open: TestBalancer[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
  });
  return async (options) => {
    const one = await startTestBalancer(folder, options);
    open.push(one);
    return one;
  };
}
