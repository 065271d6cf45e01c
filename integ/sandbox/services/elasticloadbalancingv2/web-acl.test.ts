import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { temporaryFolder } from '../../testing/engines';
import { testBalancers } from './testing';

const start = testBalancers(temporaryFolder());

const visibilityConfig = { cloudWatchMetricsEnabled: false, metricName: 'm', sampledRequestsEnabled: false };

/** A load balancer whose web ACL blocks a header, and bodies with a text or that are too large to be inspected. */
function guarded() {
  return start({
    listeners: ({ stack, balancer, group }) => {
      balancer.addListener('Http', { port: 80, open: false, defaultTargetGroups: [group] });
      const rule = (
        name: string,
        priority: number,
        fieldToMatch: CfnWebACL.FieldToMatchProperty,
        searchString: string,
      ): CfnWebACL.RuleProperty => ({
        ...{ name, priority, visibilityConfig, action: { block: {} } },
        statement: {
          byteMatchStatement: {
            fieldToMatch,
            searchString,
            positionalConstraint: 'CONTAINS',
            textTransformations: [{ priority: 0, type: 'NONE' }],
          },
        },
      });
      const acl = new CfnWebACL(stack, 'Acl', {
        ...{
          scope: 'REGIONAL',
          visibilityConfig,
          defaultAction: { allow: { customRequestHandling: { insertHeaders: [{ name: 'seen', value: 'yes' }] } } },
        },
        rules: [
          rule('header', 0, { singleHeader: { Name: 'x-bad' } }, 'evil'),
          rule('body', 1, { body: { oversizeHandling: 'MATCH' } }, 'evil'),
        ],
      });
      new CfnWebACLAssociation(stack, 'Association', { resourceArn: balancer.loadBalancerArn, webAclArn: acl.attrArn });
    },
  });
}

// "Associating or disassociating protection with an AWS resource"; "Oversize web request components": 8 KB behind a load balancer.
test('a web ACL is asked before the rules of the listener, and sees the first 8 KB of a body', async () => {
  const balancer = await guarded();
  const bodies: [number, string | undefined][] = [];
  const target = await balancer.target((incoming, outgoing) => {
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
    });
    incoming.on('end', () => {
      if (incoming.url !== '/health') bodies.push([size, String(incoming.headers['x-amzn-waf-seen'])]);
      outgoing.end();
    });
  });
  await balancer.register(target);
  const send = async (body: string, headers: readonly string[] = []) =>
    (await balancer.send('/', { method: 'POST', body, headers: ['Host', 'a', ...headers] })).status;
  expect(await send('good', ['X-Bad', 'evil'])).toBe(403);
  expect(await send('an evil body')).toBe(403);
  expect(await send('x'.repeat(8 * 1024))).toBe(200);
  expect(await send('x'.repeat(8 * 1024 + 1))).toBe(403);
  expect(bodies).toEqual([[8 * 1024, 'yes']]);
});

test('a body that arrives in parts is read up to the 8 KB before the web ACL decides', async () => {
  const balancer = await guarded();
  await balancer.register(await balancer.target((_, outgoing) => void outgoing.end()));
  const address = balancer.loadBalancers.listener(balancer.arn, 80)?.address as { host: string; port: number };
  const sent = request({ ...address, method: 'POST', agent: false });
  const response = once(sent, 'response');
  sent.write('x'.repeat(4_000));
  await new Promise((resolve) => setTimeout(resolve, 50));
  sent.end('evil');
  const [reply] = (await response) as [IncomingMessage];
  reply.resume();
  expect(reply.statusCode).toBe(403);
});

test('what is read of a body for the web ACL reaches the target before the rest of it', async () => {
  const balancer = await start({
    listeners: ({ stack, balancer: one, group }) => {
      one.addListener('Http', { port: 80, open: false, defaultTargetGroups: [group] });
      const acl = new CfnWebACL(stack, 'Acl', { scope: 'REGIONAL', visibilityConfig, defaultAction: { allow: {} } });
      new CfnWebACLAssociation(stack, 'Association', { resourceArn: one.loadBalancerArn, webAclArn: acl.attrArn });
    },
  });
  let received = '';
  const target = await balancer.target((incoming, outgoing) => {
    incoming.on('data', (chunk: Buffer) => {
      received += chunk;
    });
    incoming.on('end', () => outgoing.end());
  });
  await balancer.register(target);
  const body = Array.from({ length: 40_000 }, (_, index) => `${index},`).join('');
  expect((await balancer.send('/', { method: 'POST', body })).status).toBe(200);
  expect(received).toBe(body);
});
