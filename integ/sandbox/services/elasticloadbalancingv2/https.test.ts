import { connect } from 'node:tls';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { temporaryFolder } from '../../testing/engines';
import { type TestBalancer, testBalancers } from './testing';

const start = testBalancers(temporaryFolder());
const IMPORTED = 'arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000';

function secure(more: { readonly policy?: elb.SslPolicy; readonly imported?: boolean; readonly attributes?: Record<string, string> } = {}) {
  return start({
    listeners: ({ stack, balancer, group }) => {
      for (const [key, value] of Object.entries(more.attributes ?? {})) balancer.setAttribute(key, value);
      const certificate = (id: string, domainName: string, ...subjectAlternativeNames: string[]) =>
        new acm.Certificate(stack, id, { domainName, subjectAlternativeNames, validation: acm.CertificateValidation.fromDns() });
      const listener = balancer.addListener('Https', {
        ...{ port: 443, open: false, sslPolicy: more.policy, defaultTargetGroups: [group] },
        certificates: [certificate('Default', 'api.example.com', '*.api.example.com')],
      });
      listener.addCertificates('More', [
        more.imported
          ? elb.ListenerCertificate.fromArn(IMPORTED)
          : elb.ListenerCertificate.fromCertificateManager(certificate('Other', 'other.example.com')),
      ]);
    },
  });
}

async function answering(balancer: TestBalancer) {
  const target = await balancer.target((incoming, outgoing) => void outgoing.end(JSON.stringify(incoming.headers)));
  await balancer.register(target);
}

// "SSL certificates for your Application Load Balancer"
test('a client that verifies the certificate finds the names of the template in it, by server name', async () => {
  const balancer = await secure();
  await answering(balancer);
  const ask = (serverName: string) => balancer.send('/', { port: 443, serverName, headers: ['Host', serverName] });
  expect((await ask('api.example.com')).status).toBe(200);
  expect((await ask('v1.api.example.com')).status).toBe(200);
  expect((await ask('other.example.com')).status).toBe(200);
  await expect(ask('a.b.api.example.com')).rejects.toThrow("Hostname/IP does not match certificate's altnames");
  await expect(ask('shop.example.com')).rejects.toThrow('is not in the cert');
  expect(JSON.parse((await ask('api.example.com')).body)).toMatchObject({ 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' });
});

// "routing.http.x_amzn_tls_version_and_cipher_suite.enabled"
test('the version and the cipher of TLS reach the target if the attribute says so; the default policy ends with TLS 1.2', async () => {
  const balancer = await secure({ attributes: { 'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': 'true' } });
  await answering(balancer);
  const { body } = await balancer.send('/', { port: 443, serverName: 'api.example.com' });
  expect(JSON.parse(body)).toMatchObject({
    'x-amzn-tls-version': 'TLSv1.2',
    'x-amzn-tls-cipher-suite': expect.stringMatching(/^ECDHE-ECDSA-AES/),
  });
});

// Its names are not in the template: API Gateway or a browser would check them on AWS.
test('a certificate that is not in the assembly is assumed to have the name that the client asks for', async () => {
  const balancer = await secure({ imported: true });
  await answering(balancer);
  expect((await balancer.send('/', { port: 443, serverName: 'grades.example.net' })).status).toBe(200);
});

// "Security policies": ELBSecurityPolicy-TLS13-1-3-2021-06 is TLS 1.3 only.
test('the policy says which versions of TLS are accepted', async () => {
  const versions = async (policy: elb.SslPolicy) => {
    const balancer = await secure({ policy });
    const listener = balancer.loadBalancers.listener(balancer.arn, 443);
    const address = listener?.address as { host: string; port: number };
    const accepted = (version: 'TLSv1.2' | 'TLSv1.3') =>
      new Promise<boolean>((resolve) => {
        const options = {
          ...address,
          ca: listener?.certificateAuthority,
          servername: 'api.example.com',
          minVersion: version,
          maxVersion: version,
        };
        const socket = connect(options, () => resolve(socket.getProtocol() === version));
        socket.on('secureConnect', () => socket.end()).on('error', () => resolve(false));
      });
    return [await accepted('TLSv1.2'), await accepted('TLSv1.3')];
  };
  expect(await versions(elb.SslPolicy.TLS13_13)).toEqual([false, true]);
  expect(await versions(elb.SslPolicy.TLS13_RES)).toEqual([true, true]);
  expect(await versions(elb.SslPolicy.FORWARD_SECRECY_TLS12)).toEqual([true, false]);
});

describe('clients outside of the VPC', () => {
  test('reach an internet-facing load balancer as its security group allows', async () => {
    const open = await start({
      internetFacing: true,
      listeners: ({ balancer }) => {
        balancer.addListener('Open', {
          port: 80,
          open: true,
          defaultAction: elb.ListenerAction.fixedResponse(200, { messageBody: 'open' }),
        });
        balancer.addListener('Closed', {
          port: 8080,
          open: false,
          protocol: elb.ApplicationProtocol.HTTP,
          defaultAction: elb.ListenerAction.fixedResponse(200),
        });
        balancer.connections.allowFrom(ec2.Peer.ipv4('198.51.100.0/24'), ec2.Port.tcp(8080));
      },
    });
    const [{ dnsName, listeners }] = open.loadBalancers.running;
    const [first, second] = listeners.map(({ url }) => url);
    // The name of its own address is what only a client inside may say.
    expect((await open.send('/', { origin: first, headers: ['Host', dnsName, 'x-sandbox-client', '10.0.0.1'] })).body).toBe('open');
    await expect(open.send('/', { origin: second })).rejects.toThrow('socket hang up');
    expect(open.reported.join('\n')).toContain(
      'No ingress rule of Shop/Balancer (Shop/Balancer/SecurityGroup) allows TCP port 8080 from 127.0.0.1.',
    );
    expect([...open.forwarded]).toEqual([[dnsName, first]]);
  });

  test('do not reach an internal one: it has no address for them', async () => {
    const balancer = await start();
    const [{ listeners, dnsName }] = balancer.loadBalancers.running;
    expect(listeners).toEqual([{ port: 80 }]);
    expect(balancer.loadBalancers.listener(dnsName, 80)).toEqual(balancer.loadBalancers.listener(balancer.arn, 80));
  });
});
