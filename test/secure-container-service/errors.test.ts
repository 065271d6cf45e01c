import { Duration, RemovalPolicy, Size, type Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { Secret } from 'aws-cdk-lib/aws-ecs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import {
  AccessLogs,
  Compute,
  ContainerImageSource,
  type ContainerSettings,
  Exposure,
  LogDelivery,
  type SecureContainerServiceProps,
  ServiceDeployment,
  ServiceNetwork,
} from '../../src';
import { templateOf, testStack } from '../synth';
import { certificate, containerService, IMAGE } from './fixtures';

/** What is wrong, as a synthesis says it. */
function errorsOf(
  props: (stack: Stack) => Partial<SecureContainerServiceProps>,
  env = { account: '123456789012', region: 'us-east-1' },
): string {
  const stack = testStack({ env });
  try {
    containerService(stack, props(stack));
    templateOf(stack);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

const container = (settings: ContainerSettings) => () => ({ container: settings });
const secretOf = (stack: Stack) => Secret.fromSsmParameter(StringParameter.fromStringParameterName(stack, 'Parameter', 'grades'));

test.each<[string, (stack: Stack) => Partial<SecureContainerServiceProps>, string]>([
  ['a port below 1024', container({ port: 80 }), 'invalid container.port 80: expected a whole number from 1024 to 65535'],
  ['root', container({ user: '0' }), "invalid container.user \"0\": expected the number of a user that is not root: '1000' or '1000:1000'"],
  ['root by name', container({ user: 'root' }), 'invalid container.user "root": expected the number of a user'],
  ['the port as a variable', container({ environment: { PORT: '1' } }), 'invalid container.environment "PORT": expected other names'],
  ['a malformed name', container({ environment: { 'A-B': '1' } }), 'invalid container.environment "A-B": expected names of letters'],
  [
    'a name twice',
    (stack) => ({ container: { environment: { KEY: '1' }, secrets: { KEY: secretOf(stack) } } }),
    'invalid container.secrets "KEY": expected names that container.environment does not have',
  ],
  ['a relative folder', container({ writablePaths: ['cache'] }), 'invalid container.writablePaths "cache": expected absolute paths'],
  ['a folder upwards', container({ writablePaths: ['/a/../b'] }), 'invalid container.writablePaths "/a/../b"'],
  ['/tmp again', container({ writablePaths: ['/tmp'] }), 'invalid container.writablePaths ["/tmp"]: expected each folder once'],
  [
    'a health path',
    container({ healthCheck: { path: 'health' } }),
    'invalid container.healthCheck.path "health": expected a path that begins with /',
  ],
  [
    'a health command',
    container({ healthCheck: { command: ['node'] } }),
    `invalid container.healthCheck.command ["node"]: expected a command that begins with 'CMD' or 'CMD-SHELL'`,
  ],
  [
    'a health interval',
    container({ healthCheck: { interval: Duration.seconds(1) } }),
    'invalid container.healthCheck.interval Duration.seconds(1): expected whole seconds between 5 seconds and 300 seconds',
  ],
  [
    'a start period',
    container({ healthCheck: { startPeriod: Duration.minutes(6) } }),
    'invalid container.healthCheck.startPeriod Duration.minutes(6): expected whole seconds between 0 minutes and 5 minutes',
  ],
  [
    'more time to stop than Fargate has',
    container({ stopTimeout: Duration.minutes(3) }),
    'invalid container.stopTimeout Duration.minutes(3): expected whole seconds between 2 seconds and 2 minutes',
  ],
  [
    'requests that outlive their task',
    container({ requestTimeout: Duration.seconds(40) }),
    'invalid container.stopTimeout Duration.seconds(30): expected at least container.requestTimeout (Duration.seconds(40)): the load balancer waits that long',
  ],
  ['no task', () => ({ scaling: { minTasks: 0 } }), 'invalid scaling.minTasks 0: expected a whole number from 1 to 5000'],
  [
    'fewer than the fewest',
    () => ({ scaling: { minTasks: 4, maxTasks: 3 } }),
    'invalid scaling.maxTasks 3: expected a whole number from scaling.minTasks (4)',
  ],
  ['a CPU target', () => ({ scaling: { cpuPercent: 100 } }), 'invalid scaling.cpuPercent 100: expected a whole number from 10 to 90'],
  ['a memory target', () => ({ scaling: { memoryPercent: 1 } }), 'invalid scaling.memoryPercent 1: expected a whole number from 10 to 90'],
  [
    'a request target',
    () => ({ scaling: { requestsPerTask: 0 } }),
    'invalid scaling.requestsPerTask 0: expected a whole number from 1 to 1000000',
  ],
  [
    'a request target of a worker',
    () => ({ scaling: { requestsPerTask: 10 }, exposure: Exposure.none() }),
    'invalid scaling.requestsPerTask 10: expected none: requests are counted for one target group',
  ],
  [
    'a request target with two target groups',
    () => ({ scaling: { requestsPerTask: 10 }, deployment: ServiceDeployment.blueGreen() }),
    'invalid scaling.requestsPerTask 10: expected none',
  ],
  [
    'blue/green without traffic',
    () => ({ exposure: Exposure.none(), deployment: ServiceDeployment.blueGreen() }),
    'invalid deployment "blueGreen": expected ServiceDeployment.rolling(): without a load balancer there is no traffic to shift',
  ],
  ['CPU units', () => ({ compute: Compute.fargate({ cpu: 300 }) }), 'invalid compute.cpu 300: expected one of 256, 512, 1024'],
  [
    'memory',
    () => ({ compute: Compute.fargate({ cpu: 512, memoryMiB: 512 }) }),
    'invalid compute.memoryMiB 512: expected 1024 to 4096, in steps of 1024, with 512 CPU units',
  ],
  [
    'memory of the smallest',
    () => ({ compute: Compute.fargate({ cpu: 256, memoryMiB: 1536 }) }),
    'invalid compute.memoryMiB 1536: expected 512, 1024 or 2048, with 256 CPU units',
  ],
  ['a name', () => ({ name: 'a b' }), 'invalid name "a b": expected 1 to 64 letters'],
  [
    'a domain name',
    (stack) => ({ exposure: Exposure.internal({ domainName: 'Grades', certificate: certificate(stack) }) }),
    'invalid exposure.domainName "Grades": expected a name of lower-case letters',
  ],
  [
    'a certificate of another Region',
    (stack) => ({
      exposure: Exposure.internal({
        domainName: 'grades.schools.example',
        certificate: certificate(stack, 'arn:aws:acm:eu-west-1:123456789012:certificate/1'),
      }),
    }),
    'invalid exposure.certificate "arn:aws:acm:eu-west-1:123456789012:certificate/1": expected a certificate of us-east-1, the Region of the service',
  ],
  [
    'a certificate of another name',
    (stack) => ({
      exposure: Exposure.internal({
        domainName: 'grades.schools.example',
        certificate: new Certificate(stack, 'Own', { domainName: 'schools.example', subjectAlternativeNames: ['*.other.example'] }),
      }),
    }),
    'invalid exposure.domainName "grades.schools.example": expected a name that its certificate covers (schools.example, *.other.example): TLS connections fail otherwise',
  ],
  [
    'a web ACL of CloudFront',
    (stack) => ({
      exposure: Exposure.internet({
        domainName: 'grades.schools.example',
        certificate: certificate(stack),
        webAclArn: 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/b',
      }),
    }),
    'invalid exposure.webAclArn "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/b": expected the ARN of a regional web ACL',
  ],
])('%s is reported at synthesis', (_, props, message) => {
  expect(errorsOf(props)).toContain(`Test/Grades: ${message}`);
});

test('a wildcard of the certificate covers one label', () => {
  const exposure = (domainName: string) => (stack: Stack) => ({
    exposure: Exposure.internal({ domainName, certificate: new Certificate(stack, 'Own', { domainName: '*.schools.example' }) }),
  });
  expect(errorsOf(exposure('grades.schools.example'))).toBe('');
  expect(errorsOf(exposure('a.grades.schools.example'))).toContain('expected a name that its certificate covers (*.schools.example)');
  expect(errorsOf(exposure('schools.example'))).toContain('expected a name that its certificate covers');
});

test('all that is wrong is reported together', () => {
  const message = errorsOf(() => ({ container: { port: 80, user: '0' }, scaling: { minTasks: 0 }, compute: Compute.fargate({ cpu: 1 }) }));
  for (const prop of ['container.port', 'container.user', 'scaling.minTasks', 'compute.cpu']) expect(message).toContain(`invalid ${prop}`);
});

test.each<[string, () => unknown, string]>([
  [
    'a folder without a Dockerfile',
    () => ContainerImageSource.directory(__dirname),
    `ContainerImageSource: invalid path "${__dirname}": expected a folder with a Dockerfile`,
  ],
  [
    'an image without a digest',
    () => ContainerImageSource.registry('nginx:1'),
    'ContainerImageSource: invalid reference "nginx:1": expected an image with its digest',
  ],
  ['one zone', () => ServiceNetwork.natGateways({ zones: 1 }), 'ServiceNetwork: invalid zones 1: expected a whole number from 2 to 6'],
  [
    'a large buffer',
    () => LogDelivery.nonBlocking(Size.gibibytes(1)),
    'LogDelivery: invalid buffer "1024 MiB": expected a size from 1 to 100 MiB',
  ],
  ['no reason', () => AccessLogs.none(' '), 'AccessLogs: invalid reason " ": expected a sentence'],
  [
    'a long bake',
    () => ServiceDeployment.blueGreen({ bakeTime: Duration.days(2) }),
    'ServiceDeployment: invalid bakeTime Duration.days(2): expected whole minutes between',
  ],
  [
    'no command',
    () => ServiceDeployment.rolling({ migration: { command: [] } }),
    "ServiceDeployment: invalid migration.command []: expected a command: ['node', 'migrate.js']",
  ],
  [
    'a long migration',
    () => ServiceDeployment.rolling({ migration: { command: ['a'], timeout: Duration.minutes(14) } }),
    'invalid migration.timeout Duration.minutes(14): expected whole seconds between 30 seconds and 13 minutes',
  ],
])('%s is rejected', (_, make, message) => {
  expect(make).toThrow(message);
});

test('tags that can be any image, and malformed digests, are rejected', () => {
  const repository = Repository.fromRepositoryName(testStack(), 'Repository', 'grades');
  expect(() => ContainerImageSource.repository(repository, 'latest')).toThrow(
    'invalid tagOrDigest "latest": expected the tag of a version, or a digest',
  );
  expect(() => ContainerImageSource.repository(repository, 'sha256:1')).toThrow(
    'invalid tagOrDigest "sha256:1": expected sha256: and 64 hexadecimal digits',
  );
  expect(() => ContainerImageSource.released(repository, { bootstrapImage: 'nginx' })).toThrow(
    'invalid bootstrapImage "nginx": expected an image with its digest',
  );
});

test('a released image needs a parameter that exists before the stack', () => {
  const stack = testStack();
  const image = (repository: Parameters<typeof ContainerImageSource.released>[0]) =>
    ContainerImageSource.released(repository, { bootstrapImage: IMAGE });
  const right = /^Test\/\w+: missing image\.parameterName: expected the name of a parameter that exists before this stack is deployed/;
  expect(() => containerService(stack, { image: image(new Repository(stack, 'Repository')) })).toThrow(right);
  expect(() => containerService(stack, { image: image(Repository.fromRepositoryName(stack, 'Imported', 'grades')) }, 'Marks')).toThrow(
    right,
  );
});

test('logs are destroyed only where a scope allows it', () => {
  expect(() => containerService(testStack(), { removalPolicy: RemovalPolicy.DESTROY })).toThrow(
    'Test/Grades: invalid removalPolicy "DESTROY": expected RETAIN',
  );
});

test('an API cannot lead to a service that can be reached without it', () => {
  const stack = testStack();
  const route = { restApi: undefined as never, httpMethod: 'GET', path: '/grades', allowedOrigins: [], tenantContextKey: 'tenantId' };
  const service = (exposure: Exposure, id: string) => containerService(stack, { exposure }, id);
  const domain = { domainName: 'grades.schools.example', certificate: certificate(stack) };
  expect(() => service(Exposure.internet(domain), 'Public').bind(route)).toThrow(
    'Test/Public: invalid exposure "GET /grades": expected Exposure.internal or Exposure.internalPlaintext: a public service can be called without the API',
  );
  expect(() => service(Exposure.behindCloudFront(), 'Cdn').bind(route)).toThrow(
    'a service behind CloudFront can be called without the API',
  );
  expect(() => service(Exposure.none(), 'Worker').bind(route)).toThrow('this service has no load balancer');
});

test('a metric of requests of a worker is an error, and so is its alarm', () => {
  const worker = containerService(testStack(), { exposure: Exposure.none() });
  expect(() => worker.metrics.metricRequests()).toThrow('Test/Grades: missing loadBalancer: expected a service with a load balancer');
  expect(() => worker.metrics.metricUnhealthyTasks()).toThrow('expected a service with a load balancer');
  expect(() => worker.alarms.latency()).toThrow('Test/Grades: missing alarm Latency: expected a service that has its metric');
  expect(worker.recommendedAlarms.map(({ name }) => name)).toEqual(['CpuUtilization', 'MemoryUtilization', 'FailedDeployments']);
});
