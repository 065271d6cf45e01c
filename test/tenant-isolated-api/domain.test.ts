import { Lazy } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayDomain } from 'aws-cdk-lib/aws-route53-targets';
import type { Construct } from 'constructs';
import { ApiDomain } from '../../src';
import { templateOf, testStack } from '../synth';
import { tenantApi } from './fixtures';

const certificate = (scope: Construct, region = 'eu-west-1') =>
  Certificate.fromCertificateArn(scope, 'Certificate', `arn:aws:acm:${region}:111122223333:certificate/1`);
const env = { account: '111122223333', region: 'eu-west-1' };

test('a domain has its certificate, TLS 1.2 or later with forward secrecy, and strict access; the default endpoint is disabled', () => {
  const stack = testStack({ env });
  const api = tenantApi(stack, { domain: ApiDomain.of('api.schools.example', certificate(stack)) });
  const template = templateOf(stack);
  template.hasResourceProperties('AWS::ApiGateway::DomainName', {
    DomainName: 'api.schools.example',
    RegionalCertificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/1',
    EndpointConfiguration: { Types: ['REGIONAL'] },
    SecurityPolicy: 'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09',
    EndpointAccessMode: 'STRICT',
  });
  template.hasResourceProperties('AWS::ApiGateway::RestApi', { DisableExecuteApiEndpoint: true });
  const [stage] = Object.keys(template.findResources('AWS::ApiGateway::Stage'));
  template.hasResourceProperties('AWS::ApiGateway::BasePathMapping', { Stage: { Ref: stage } });
  const [domain] = Object.keys(template.findResources('AWS::ApiGateway::DomainName'));
  expect(stack.resolve(api.url)).toEqual({ 'Fn::Join': ['', ['https://', { Ref: domain }, '/']] });
});

test('it can be the target of an alias record', () => {
  const stack = testStack({ env });
  const { domainName } = tenantApi(stack, { domain: ApiDomain.of('api.schools.example', certificate(stack)) });
  if (domainName === undefined) throw new Error('the API has no domain');
  const zone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z1', zoneName: 'schools.example' });
  new ARecord(stack, 'Record', { zone, recordName: 'api', target: RecordTarget.fromAlias(new ApiGatewayDomain(domainName)) });
  templateOf(stack).hasResourceProperties('AWS::Route53::RecordSet', { Name: 'api.schools.example.' });
});

test('without a domain, the API has its default endpoint', () => {
  const stack = testStack();
  const api = tenantApi(stack);
  templateOf(stack).resourceCountIs('AWS::ApiGateway::DomainName', 0);
  expect(api.domainName).toBeUndefined();
  expect(JSON.stringify(templateOf(stack))).not.toContain('DisableExecuteApiEndpoint');
  expect(stack.resolve(api.url)).toEqual(stack.resolve(api.stage.urlForPath('/')));
});

test.each(['', 'API.example', 'https://api.example', 'api', 'api..example', '-api.example'])('the name %j is rejected', (name) => {
  expect(() => ApiDomain.of(name, certificate(testStack()))).toThrow('ApiDomain: invalid domainName');
});

test('a name that is only known at deployment is accepted', () => {
  const stack = testStack();
  expect(() => ApiDomain.of(Lazy.string({ produce: () => 'api.example' }), certificate(stack))).not.toThrow();
});

test('a certificate in another Region is an error', () => {
  const stack = testStack({ env });
  expect(() => tenantApi(stack, { domain: ApiDomain.of('api.example', certificate(stack, 'us-east-1')) })).toThrow(
    'Test/Api: invalid domain.certificate "arn:aws:acm:us-east-1:111122223333:certificate/1": expected a certificate of eu-west-1, the Region of the API',
  );
});
