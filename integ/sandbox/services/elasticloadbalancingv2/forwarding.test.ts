import { once } from 'node:events';
import { Agent, get, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { Duration } from 'aws-cdk-lib';
import { temporaryFolder } from '../../testing/engines';
import { testBalancers, until } from './testing';

const start = testBalancers(temporaryFolder());

test('a request reaches a healthy target, and its response comes back', async () => {
  const balancer = await start();
  const seen: unknown[] = [];
  const target = await balancer.target((incoming, outgoing) => {
    if (incoming.url === '/health') return void outgoing.end();
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      seen.push({ method: incoming.method, url: incoming.url, body: Buffer.concat(chunks).toString() });
      outgoing.writeHead(201, { 'X-Own': 'yes', Server: 'mine' }).end('its answer');
    });
  });
  await balancer.register(target);
  const reply = await balancer.send('/grades?x=%2F&x=2', { method: 'PUT', body: 'a body' });
  expect(reply).toMatchObject({ status: 201, body: 'its answer', headers: { 'x-own': 'yes', server: 'mine' } });
  expect(seen).toEqual([{ method: 'PUT', url: '/grades?x=%2F&x=2', body: 'a body' }]);
});

describe('headers', () => {
  async function sent(headers: readonly string[], attributes: Record<string, string> = {}, port = 80) {
    let received: IncomingHttpHeaders = {};
    const balancer = await start({
      listeners: ({ balancer: one, group }) => {
        for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
        one.addListener('Http', { port, open: false, protocol: 'HTTP' as never, defaultTargetGroups: [group] });
      },
    });
    const target = await balancer.target((incoming, outgoing) => {
      if (incoming.url !== '/health') received = incoming.headers;
      outgoing.end();
    });
    await balancer.register(target);
    await balancer.send('/', { headers: ['Host', 'shop.example.com', ...headers], port });
    return received;
  }

  // "X-forwarded headers", "Request tracing" (Application Load Balancers)
  test('name the client, the protocol and the port, and trace the request', async () => {
    const received = await sent([
      'X-Forwarded-For',
      '203.0.113.7',
      'X-Forwarded-Proto',
      'https',
      'x-sandbox-client',
      '10.0.9.9',
      'Connection',
      'close',
    ]);
    expect(received).toMatchObject({
      host: 'shop.example.com',
      'x-forwarded-for': '203.0.113.7, 10.0.9.9',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': '80',
      connection: 'keep-alive',
    });
    expect(received['x-amzn-trace-id']).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    expect(received).not.toHaveProperty('x-sandbox-client');
  });

  test('a trace that the client began goes on', async () => {
    const root = 'Root=1-67891233-abcdef012345678912345678';
    expect((await sent(['X-Amzn-Trace-Id', `Self=1-1-1;${root};CalledFrom=app`]))['x-amzn-trace-id']).toMatch(
      new RegExp(`^Self=1-[0-9a-f]{8}-[0-9a-f]{24};${root};CalledFrom=app$`),
    );
  });

  // "routing.http.drop_invalid_header_fields.enabled": default false; names have letters, digits and hyphens.
  test('with names that are not valid are dropped only if the attribute says so', async () => {
    expect(await sent(['x_tenant', 'a'])).toHaveProperty('x_tenant', 'a');
    expect(await sent(['x_tenant', 'a'], { 'routing.http.drop_invalid_header_fields.enabled': 'true' })).not.toHaveProperty('x_tenant');
  });

  // "routing.http.xff_header_processing.mode", "routing.http.xff_client_port.enabled"
  test('X-Forwarded-For is appended to, preserved or removed', async () => {
    const headers = ['X-Forwarded-For', '203.0.113.7', 'x-sandbox-client', '10.0.9.9'];
    const mode = 'routing.http.xff_header_processing.mode';
    expect(await sent(headers, { [mode]: 'preserve' })).toHaveProperty('x-forwarded-for', '203.0.113.7');
    expect(await sent(headers, { [mode]: 'remove' })).not.toHaveProperty('x-forwarded-for');
    const withPort = await sent(headers, { 'routing.http.xff_client_port.enabled': 'true' });
    expect(withPort['x-forwarded-for']).toMatch(/^203\.0\.113\.7, 10\.0\.9\.9:\d+$/);
  });

  // "Host header preservation"
  test('the host gets the port of a listener that is not the default one, unless it is preserved', async () => {
    expect(await sent([], {}, 8443)).toHaveProperty('host', 'shop.example.com:8443');
    expect(await sent([], { 'routing.http.preserve_host_header.enabled': 'true' }, 8443)).toHaveProperty('host', 'shop.example.com');
  });
});

test('connections to targets stay open between requests', async () => {
  const balancer = await start();
  const ports = new Set<number | undefined>();
  const target = await balancer.target((incoming, outgoing) => {
    if (incoming.url !== '/health') ports.add(incoming.socket.remotePort);
    outgoing.end();
  });
  await balancer.register(target);
  for (let index = 0; index < 3; index += 1) await balancer.send('/');
  expect(ports.size).toBe(1);
});

// "HTTP client keepalive duration": client_keep_alive.seconds
test('a connection of a client ends with the response after its time', async () => {
  const balancer = await start({ speed: 1_000, balancer: { clientKeepAlive: Duration.seconds(60) } });
  const { arn, loadBalancers } = balancer;
  const agent = new Agent({ keepAlive: true });
  const ask = async () => {
    const address = loadBalancers.listener(arn, 80)?.address as { host: string; port: number };
    const [reply] = (await once(get({ ...address, agent }), 'response')) as [IncomingMessage];
    reply.resume();
    await once(reply, 'end');
    return reply.headers.connection;
  };
  expect(await ask()).toBe('keep-alive');
  await new Promise((resolve) => setTimeout(resolve, 80));
  expect(await ask()).toBe('close');
  agent.destroy();
});

test('bodies are streamed: the start of a response arrives before its end is there', async () => {
  const balancer = await start();
  let finish: (() => void) | undefined;
  const target = await balancer.target((incoming, outgoing) => {
    if (incoming.url === '/health') return void outgoing.end();
    outgoing.write('first');
    finish = () => outgoing.end('last');
  });
  await balancer.register(target);
  const address = balancer.loadBalancers.listener(balancer.arn, 80)?.address as { host: string; port: number };
  const [reply] = (await once(get(address), 'response')) as [IncomingMessage];
  expect(String((await once(reply, 'data'))[0])).toBe('first');
  finish?.();
  expect(String((await once(reply, 'data'))[0])).toBe('last');
});

test('a body of unknown length reaches the target in chunks, and a target may answer before its end', async () => {
  const balancer = await start();
  let received = '';
  const target = await balancer.target((incoming, outgoing) => {
    if (incoming.url === '/early') return void outgoing.end();
    incoming.on('data', (chunk: Buffer) => {
      received += chunk;
    });
    incoming.on('end', () => outgoing.end());
  });
  await balancer.register(target);
  const address = balancer.loadBalancers.listener(balancer.arn, 80)?.address as { host: string; port: number };
  const upload = async (path: string): Promise<number | undefined> => {
    const sent = request({ ...address, path, method: 'POST', agent: false });
    const response = once(sent, 'response');
    sent.write('first,');
    if (path === '/early') await response;
    sent.end('last');
    const [reply] = (await response) as [IncomingMessage];
    reply.resume();
    return reply.statusCode;
  };
  expect(await upload('/late')).toBe(200);
  expect(received).toBe('first,last');
  expect(await upload('/early')).toBe(200);
});

// "Troubleshoot your Application Load Balancers"
describe('the load balancer answers itself', () => {
  test('503 without a registered target', async () => {
    const balancer = await start();
    const reply = await balancer.send('/');
    expect(reply).toMatchObject({ status: 503, headers: { server: 'awselb/2.0', 'content-type': 'text/html' } });
    expect(reply.body).toContain('<center><h1>503 Service Temporarily Unavailable</h1></center>');
    expect(balancer.reported).toContain('Shop/Balancer answers 503 to GET /: no target of Shop/Group is registered and ready');
  });

  test('502 if the target closes the connection, or is not there any more', async () => {
    const balancer = await start();
    const target = await balancer.target((incoming, outgoing) => (incoming.url === '/health' ? outgoing.end() : incoming.socket.destroy()));
    await balancer.register(target);
    expect(await balancer.send('/')).toMatchObject({ status: 502, headers: { server: 'awselb/2.0' } });
    await target.server.close();
    expect((await balancer.send('/')).status).toBe(502);
  });

  test('504 if the target does not respond before the idle timeout', async () => {
    const balancer = await start({ balancer: { idleTimeout: Duration.seconds(1) } });
    const target = await balancer.target((incoming, outgoing) => void (incoming.url === '/health' && outgoing.end()));
    await balancer.register(target);
    expect((await balancer.send('/')).status).toBe(504);
  });

  test('504 if no security group lets it connect to the target, with the missing rule in the report', async () => {
    const balancer = await start();
    const target = await balancer.target((_, outgoing) => void outgoing.end(), 'Closed');
    balancer.loadBalancers.register(balancer.groupArn, target);
    await until(() => balancer.reported.some((line) => line.includes('is unhealthy: Request timed out.')), 15_000);
    expect((await balancer.send('/')).status).toBe(504);
    expect(balancer.reported.join('\n')).toContain(
      'No egress rule of Shop/Balancer (Shop/Balancer/SecurityGroup) allows TCP port 8080 to Task 1',
    );
  }, 20_000);

  // A client that leaves is 460 in the access log, and its request to the target ends.
  test('nobody, when the client has gone: the request to the target ends', async () => {
    const balancer = await start();
    let [began, ended] = [false, false];
    const target = await balancer.target((incoming, outgoing) => {
      if (incoming.url === '/health') return void outgoing.end();
      began = true;
      incoming.socket.on('close', () => {
        ended = true;
      });
    });
    await balancer.register(target);
    const address = balancer.loadBalancers.listener(balancer.arn, 80)?.address as { host: string; port: number };
    const client = connect(address.port, address.host);
    client.write('GET / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n');
    await until(() => began);
    client.destroy();
    await until(() => ended);
  });
});
