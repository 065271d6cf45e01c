import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { JsonObject, Sandbox } from '../../contracts';

export const PROBE = join(__dirname, 'fixtures', 'probe');

/** The assembly of one stack, `Shop`, in a folder that is removed at the end of the file's tests. */
export function synthesize(build: (stack: Stack) => void): string {
  const outdir = mkdtempSync(join(process.env.TEST_FOLDER ?? tmpdir(), 'ecs-'));
  const app = new App({ outdir, analyticsReporting: false, treeMetadata: false });
  build(new Stack(app, 'Shop'));
  app.synth();
  return outdir;
}

/** A cluster in a VPC of two zones, without NAT: the subnets are public. */
export function clusterOf(stack: Stack): { readonly vpc: ec2.Vpc; readonly cluster: ecs.Cluster } {
  const subnetConfiguration = [{ name: 'Public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24 }];
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 0, subnetConfiguration, restrictDefaultSecurityGroup: false });
  return { vpc, cluster: new ecs.Cluster(stack, 'Cluster', { vpc, clusterName: 'shop' }) };
}

/** A task definition with the probe as its container `web`. */
export function probeTask(stack: Stack, id: string, container: Partial<ecs.ContainerDefinitionOptions> = {}): ecs.FargateTaskDefinition {
  const definition = new ecs.FargateTaskDefinition(stack, id, { family: id });
  definition.addContainer('web', {
    image: ecs.ContainerImage.fromAsset(PROBE),
    portMappings: [{ containerPort: 8080 }],
    logging: ecs.LogDrivers.awsLogs({ streamPrefix: id }),
    ...container,
  });
  return definition;
}

/** A service behind a port of its own of a load balancer. */
export function serve(
  balancer: elb.ApplicationLoadBalancer,
  port: number,
  service: ecs.FargateService,
  protocolPort = 8080,
): elb.ApplicationTargetGroup {
  const listener = balancer.addListener(`Port${port}`, { port, protocol: elb.ApplicationProtocol.HTTP, open: true });
  return listener.addTargets(`Targets${port}`, {
    ...{ port: protocolPort, protocol: elb.ApplicationProtocol.HTTP, targets: [service], deregistrationDelay: Duration.seconds(10) },
    healthCheck: { path: '/health', interval: Duration.seconds(5), timeout: Duration.seconds(2), healthyThresholdCount: 2 },
  });
}

/** The address of a listener on this machine. */
export function urlOf({ loadBalancers }: Sandbox, port: number): string {
  const [url] = loadBalancers.running.flatMap(({ listeners }) => listeners.filter((one) => one.port === port)).map((one) => one.url);
  if (url === undefined) throw new Error(`no load balancer listens on ${port}`);
  return url;
}

/** What the probe answers. */
export async function ask(
  sandbox: Sandbox,
  port: number,
  path: string,
): Promise<{ readonly task: string; readonly status: number; readonly answer: never }> {
  const response = await fetch(`${urlOf(sandbox, port)}${path}`);
  return { task: response.headers.get('x-task') ?? '', status: response.status, answer: (await response.json()) as never };
}

/** An operation of the ECS API, as the administrator. */
export async function ecsCall(
  { endpoint, assembly }: Sandbox,
  operation: string,
  input: JsonObject,
  credentials = endpoint.administrator(),
): Promise<JsonObject> {
  const { status, body } = await endpoint.call({
    ...{ service: 'ecs', method: 'POST', url: '/', region: assembly.region, credentials },
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AmazonEC2ContainerServiceV20141113.${operation}` },
    body: Buffer.from(JSON.stringify(input)),
  });
  const output = JSON.parse(body.toString()) as JsonObject;
  if (status !== 200) throw new Error(`${String(output.__type)}: ${String(output.message)}`);
  return output;
}

/** Waits until a value is there. */
export async function until<T>(read: () => T | undefined | Promise<T | undefined>, seconds = 30): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`nothing after ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
