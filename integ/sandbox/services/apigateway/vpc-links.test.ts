import type { IncomingHttpHeaders } from 'node:http';
import type { Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { VpcLink } from 'aws-cdk-lib/aws-apigatewayv2';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { ServiceModule } from '../../service-module';
import { assemblyOf, temporaryFolder } from '../../testing/engines';
import { type Parts, testBalancers } from '../elasticloadbalancingv2/testing';
import { apigateway as service } from '.';

const folder = temporaryFolder();
const start = testBalancers(folder);

const userPools: ServiceModule = {
  types: [],
  start: ({ offer }) => {
    offer('userPools', { pools: [], close: async () => {} });
    return {};
  },
};

interface ApiOptions {
  readonly uri?: string;
  readonly template?: string;
  /** Whether the link's group may connect to the load balancer, and the load balancer lets it in. */
  readonly egress?: boolean;
  readonly ingress?: boolean;
  readonly port?: number;
}

/** An API with one method for all paths, through a VPC link V2 to the load balancer, as the CDK's L1 property says it. */
function api(
  { stack, vpc, balancer, group }: Parts,
  { uri = 'http://grades.internal', template, egress = true, ingress = true, port = 80 }: ApiOptions,
) {
  const secure = uri.startsWith('https');
  const certificates = secure
    ? [new acm.Certificate(stack, 'Certificate', { domainName: 'grades.example.com', validation: acm.CertificateValidation.fromDns() })]
    : [];
  balancer.addListener('Listener', {
    port,
    open: false,
    protocol: (secure ? 'HTTPS' : 'HTTP') as elb.ApplicationProtocol,
    certificates,
    defaultTargetGroups: [group],
  });
  const linked = new ec2.SecurityGroup(stack, 'Link', { vpc, allowAllOutbound: false });
  const [other] = balancer.connections.securityGroups;
  if (egress)
    linked.connections.allowTo(
      ec2.SecurityGroup.fromSecurityGroupId(stack, 'Out', other.securityGroupId, { mutable: false }),
      ec2.Port.tcp(port),
    );
  if (ingress)
    other.connections.allowFrom(
      ec2.SecurityGroup.fromSecurityGroupId(stack, 'In', linked.securityGroupId, { mutable: false }),
      ec2.Port.tcp(port),
    );
  const link = new VpcLink(stack, 'VpcLink', {
    vpc,
    subnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
    securityGroups: [linked],
  });
  const rest = new apigateway.RestApi(stack, 'Api', { cloudWatchRole: false });
  const method = rest.root.addResource('{proxy+}').addMethod(
    'ANY',
    new apigateway.Integration({
      type: apigateway.IntegrationType.HTTP_PROXY,
      ...{ integrationHttpMethod: 'ANY', uri },
      options: {
        connectionType: apigateway.ConnectionType.VPC_LINK,
        vpcLink: apigateway.VpcLink.fromVpcLinkId(stack, 'ById', link.vpcLinkId),
        requestParameters: { 'integration.request.header.X-Tenant-Id': "'north'" },
        ...(template === undefined ? {} : { requestTemplates: { 'application/json': template } }),
      },
    }),
  );
  (method.node.defaultChild as apigateway.CfnMethod).addPropertyOverride('Integration.IntegrationTarget', balancer.loadBalancerArn);
}

/** What the target behind an API gets of a request, and what the caller gets. */
async function ask(options: ApiOptions, path = '/grades/7?term=2', headers: Record<string, string> = {}) {
  const balancer = await start({ more: [userPools, service], listeners: (parts) => api(parts, options) });
  const seen: { url?: string; headers: IncomingHttpHeaders }[] = [];
  const target = await balancer.target((incoming, outgoing) => {
    if (incoming.url !== '/health') seen.push({ url: incoming.url, headers: incoming.headers });
    outgoing.end('its answer');
  });
  await balancer.register(target);
  const [{ url }] = balancer.use('restApis').apis;
  const reply = await fetch(`${url}${path}`, { headers });
  return { status: reply.status, body: await reply.text(), seen, reported: balancer.reported.join('\n') };
}

// "Private integrations for REST APIs in API Gateway": "API Gateway includes the stage portion of the API endpoint"
test('a request reaches the load balancer with the stage in its path, from an address of the link', async () => {
  const { status, body, seen } = await ask({}, undefined, { 'x-tenant-id': 'south', 'x-sandbox-client': '192.0.2.1' });
  expect({ status, body }).toEqual({ status: 200, body: 'its answer' });
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatchObject({
    url: '/prod/grades/7?term=2',
    headers: { host: 'grades.internal', 'x-tenant-id': 'north', 'x-forwarded-port': '80' },
  });
  expect(seen[0].headers['x-forwarded-for']).toMatch(/^127\.0\.0\.1, 10\.0\.\d+\.\d+$/);
});

// The same page: "create an override for the $context.requestOverride.path variable"
test('a template sets the whole path, such as the one without the stage', async () => {
  const template =
    '#set($start = $context.stage.length() + 1)#set($context.requestOverride.path = $context.path.substring($start))$input.body';
  expect((await ask({ template })).seen[0].url).toBe('/grades/7?term=2');
});

describe('TLS', () => {
  // "To use HTTPS, specify an uri that contains a secure server name"
  test('the name of the URI must be in the certificate of the listener', async () => {
    const right = await ask({ uri: 'https://grades.example.com', port: 443 });
    expect(right).toMatchObject({
      status: 200,
      seen: [expect.objectContaining({ headers: expect.objectContaining({ 'x-forwarded-proto': 'https' }) })],
    });
    const wrong = await ask({ uri: 'https://marks.example.com', port: 443 });
    expect(wrong).toMatchObject({
      status: 504,
      seen: [],
      reported: expect.stringContaining("Host: marks.example.com. is not in the cert's altnames"),
    });
  });
});

describe('a request that does not arrive answers 504, and the report names the reason', () => {
  test.each([
    [
      'an egress rule of the link',
      { egress: false },
      'No egress rule of VPC link Shop/VpcLink (Shop/Link) allows TCP port 80 to Shop/Balancer',
    ],
    [
      'an ingress rule of the load balancer',
      { ingress: false },
      'No ingress rule of Shop/Balancer (Shop/Balancer/SecurityGroup) allows TCP port 80 from VPC link Shop/VpcLink',
    ],
    ['a listener at the port', { uri: 'http://grades.internal:8081' }, 'has no listener at port 8081'],
  ])('without %s', async (_, options, reason) => {
    const { status, body, seen, reported } = await ask(options);
    expect({ status, body, seen }).toEqual({ status: 504, body: '{"message":"Internal server error"}', seen: [] });
    expect(reported).toContain(reason);
  });
});

test('what is not supported is rejected by name', () => {
  const integration = (more: object) => ({ type: 'HTTP_PROXY', uri: 'http://a', integrationHttpMethod: 'ANY', ...more });
  const assembly = assemblyOf(folder, (stack: Stack) => {
    const rest = new apigateway.CfnRestApi(stack, 'Api', { name: 'api' });
    const method = (httpMethod: string, more: object) =>
      new apigateway.CfnMethod(stack, httpMethod, {
        restApiId: rest.ref,
        resourceId: rest.attrRootResourceId,
        httpMethod,
        authorizationType: 'NONE',
        integration: integration(more),
      });
    const link = { connectionType: 'VPC_LINK', connectionId: 'abc' };
    const balancer = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer';
    method('GET', link);
    method('PUT', { ...link, integrationTarget: `${balancer}/net/a/0123456789abcdef` });
    method('POST', { ...link, connectionId: '${stageVariables.link}', integrationTarget: `${balancer}/app/a/0123456789abcdef` });
    method('DELETE', { integrationTarget: `${balancer}/app/a/0123456789abcdef` });
  });
  expect(
    service
      .unsupported?.(assembly, { hosts: new Map(), images: new Map() })
      .map((line) => line.replace('AWS::ApiGateway::Method.Integration.', '')),
  ).toEqual([
    'IntegrationTarget is missing: VPC links V1, which lead to network load balancers, are not supported (Shop.GET)',
    expect.stringContaining('/net/a/0123456789abcdef is not supported: only application load balancers are (Shop.PUT)'),
    'ConnectionId ${stageVariables.link} is not supported: it has a stage variable (Shop.POST)',
    'IntegrationTarget is for integrations with the connection type VPC_LINK (Shop.DELETE)',
  ]);
});
