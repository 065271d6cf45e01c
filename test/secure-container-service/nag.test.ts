import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import {
  AccessLogs,
  CollectorMetrics,
  Compute,
  Exposure,
  OpenTelemetry,
  type SecureContainerServiceProps,
  ServiceDeployment,
  ServiceNetwork,
} from '../../src';
import { violations } from '../nag';
import { testStack } from '../synth';
import { certificate, containerService } from './fixtures';

const domain = (scope: ReturnType<typeof testStack>) => ({ domainName: 'grades.schools.example', certificate: certificate(scope) });
const WEB_ACL = 'arn:aws:wafv2:us-east-1:123456789012:regional/webacl/schools/12345678-1234-1234-1234-123456789012';

test.each<[string, (stack: ReturnType<typeof testStack>) => Partial<SecureContainerServiceProps>]>([
  ['by default', () => ({})],
  ['with TLS', (stack) => ({ exposure: Exposure.internal(domain(stack)) })],
  ['behind CloudFront', () => ({ exposure: Exposure.behindCloudFront() })],
  ['behind CloudFront with TLS', (stack) => ({ exposure: Exposure.behindCloudFront(domain(stack)) })],
  ['on the internet, with a web ACL', (stack) => ({ exposure: Exposure.internet({ ...domain(stack), webAclArn: WEB_ACL }) })],
  ['as a worker', () => ({ exposure: Exposure.none() })],
  ['with interface endpoints', () => ({ network: ServiceNetwork.interfaceEndpoints() })],
  ['blue/green with a migration', () => ({ deployment: ServiceDeployment.blueGreen({ migration: { command: ['migrate'] } }) })],
  ['on spare capacity', () => ({ compute: Compute.fargateSpot() })],
  ['with a collector', () => ({ telemetry: { openTelemetry: OpenTelemetry.adotSidecar() } })],
  [
    'with a collector that sends metrics by OTLP',
    () => ({ telemetry: { openTelemetry: OpenTelemetry.adotSidecar({ metrics: CollectorMetrics.otlp() }) } }),
  ],
  ['without an access log', () => ({ telemetry: { accessLogs: AccessLogs.none('The API logs each request') } })],
])('no rule pack finds anything in a service that is not answered there: %s', (_, props) => {
  for (const env of [undefined, { account: '123456789012', region: 'us-east-1' }]) {
    const stack = testStack({ env });
    containerService(stack, props(stack));
    expect(violations(stack)).toEqual([]);
  }
});

test('an access log in a bucket is one that the rules know', () => {
  const stack = testStack({ env: { account: '123456789012', region: 'us-east-1' } });
  containerService(stack, { telemetry: { accessLogs: AccessLogs.bucket(new Bucket(stack, 'Logs')) } });
  // The bucket is the test's own.
  expect(violations(stack).filter((violation) => !/ Test\/Logs\//.test(violation))).toEqual([]);
});

test('a public service without a web ACL is found', () => {
  const stack = testStack();
  containerService(stack, { exposure: Exposure.internet(domain(stack)) });
  expect(new Set(violations(stack).map((violation) => violation.split('-').at(-1)))).toEqual(
    new Set(['ALBWAFEnabled Test/Grades/LoadBalancer/Resource']),
  );
});

test('what is answered hides no wildcard that somebody grants to the code', () => {
  const stack = testStack();
  const { taskRole } = containerService(stack);
  taskRole.addToPrincipalPolicy(new PolicyStatement({ actions: ['ses:SendEmail'], resources: ['*'] }));
  expect(violations(stack)).toEqual(['AwsSolutions-IAM5[Resource::*] Test/Grades/TaskRole/DefaultPolicy/Resource']);
});
