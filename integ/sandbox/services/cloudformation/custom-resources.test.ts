import type { Functions, Resource, ServiceRequest } from '../../contracts';
import { createClock } from '../../process/clock';
import { startFunctions } from '../lambda/functions';
import { assemblyOf, functionArn, inline, openTestEndpoint } from '../lambda/testing';
import { createLogSink } from '../logs/logs';
import { runCustomResources } from './custom-resources';
import { createStacks } from './stacks';

/** A provider that responds as those of the CDK: with a PUT request to the ResponseURL, by host name and path. */
const provider = inline(`
  const https = require('node:https');
  exports.handler = async (event) => {
    const { seats, Crash, Fail } = event.ResourceProperties;
    if (Crash) throw new Error('provider bug');
    const url = new URL(event.ResponseURL);
    const body = JSON.stringify({
      Status: Fail ? 'FAILED' : 'SUCCESS', Reason: Fail, PhysicalResourceId: 'physical-' + event.LogicalResourceId,
      StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId,
      Data: { Type: event.RequestType, Seats: typeof seats + seats, Before: event.OldResourceProperties?.seats },
    });
    await new Promise((resolve, reject) => https.request({ hostname: url.hostname, path: url.pathname + url.search, method: 'PUT' }, resolve).on('error', reject).end(body));
  };
`);

const custom = (properties: Record<string, string | number>) => ({
  type: 'Custom::Thing',
  properties: { ServiceToken: functionArn('Provider'), ...properties },
});

describe('custom resources (documented: "Custom resource request types: Create")', () => {
  let functions: Functions;
  afterEach(() => functions.close());

  async function run(resources: Record<string, { type: string; properties: Record<string, string | number> }>, keepGoing = false) {
    const assembly = assemblyOf({ Provider: provider, ...resources });
    functions = await startFunctions({
      assembly,
      endpoint: openTestEndpoint(),
      clock: createClock(1),
      logs: createLogSink(),
      node: async () => process.execPath,
    });
    return { assembly, results: await runCustomResources({ assembly, functions, clock: createClock(1), keepGoing }) };
  }

  test('receive a Create request with every value as a string, and their data becomes their attributes', async () => {
    const { assembly, results } = await run({ Thing: custom({ seats: 5 }) });
    expect(results).toMatchObject([{ status: 'SUCCESS', data: { Type: 'Create', Seats: 'string5' } }]);
    const thing = assembly.find('Stack.Thing');
    expect(thing && assembly.attribute(thing, 'Seats')).toBe('string5');
    expect(thing && assembly.attribute(thing, 'Ref')).toBe('physical-Thing');
  });

  // documented: "Custom resource request types: Update": both sets of properties, and the physical id
  test('receive an Update request with the properties before and after', async () => {
    const { assembly } = await run({ Thing: custom({ seats: 5 }) });
    const thing = assembly.find('Stack.Thing') as Resource;
    const stacks = createStacks({ assembly, clock: createClock(1), functions: () => functions });
    expect(await stacks.update(thing, { seats: 7 })).toEqual({ status: 'UPDATE_COMPLETE' });
    expect(assembly.attribute(thing, 'Type')).toBe('Update');
    expect([assembly.attribute(thing, 'Seats'), assembly.attribute(thing, 'Before')]).toEqual(['string7', '5']);
  });

  // documented: "Stack failure options": a failed update is rolled back
  test('whose update fails get another one back, and the stack says so meanwhile', async () => {
    const { assembly } = await run({ Thing: custom({ seats: 5 }) });
    const thing = assembly.find('Stack.Thing') as Resource;
    const statuses: string[] = [];
    const invoke: Functions['invoke'] = async (arn, event) => {
      statuses.push(await statusOf());
      return functions.invoke(arn, event);
    };
    const stacks = createStacks({ assembly, clock: createClock(1), functions: () => ({ ...functions, invoke }) });
    const statusOf = async () => {
      const url = `/?Action=DescribeStacks&Version=2010-05-15&StackName=${assembly.resolve('Stack', { Ref: 'AWS::StackId' })}`;
      const call = stacks.service.read({ url, body: Buffer.alloc(0) } as ServiceRequest);
      const { body } = await call.execute({ denied: [], faults: [] });
      return /<StackStatus>(\w+)/.exec(String(body))?.[1] ?? '';
    };
    expect(await stacks.update(thing, { Fail: 'no seats' })).toEqual({ status: 'UPDATE_ROLLBACK_COMPLETE', reason: 'no seats' });
    expect([...statuses, await statusOf()]).toEqual(['UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE']);
    expect(assembly.attribute(thing, 'Seats')).toBe('string5');
  });

  test('that fail stop the run with the provider’s reason', async () => {
    await expect(run({ Thing: custom({ Fail: 'no such zone' }) })).rejects.toThrow('Stack.Thing (Custom::Thing) failed: no such zone');
  });

  test('whose provider crashes fail at once, and the others continue with keepGoing', async () => {
    const { results } = await run({ Bad: custom({ Crash: 1 }), Good: custom({}) }, true);
    expect(results).toMatchObject([{ status: 'FAILED', reason: expect.stringContaining('provider bug') }, { status: 'SUCCESS' }]);
  });
});
