import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerRequest, type CustomResourceRequest } from '../../src/runtime/custom-resource';

const request: CustomResourceRequest = {
  RequestType: 'Create',
  ResponseURL: 'https://answers.example',
  StackId: 'arn:stack',
  RequestId: 'request-1',
  LogicalResourceId: 'Thing',
  ResourceProperties: {},
};

async function answerOf(act: () => Promise<Record<string, string>>, given: Partial<CustomResourceRequest> = {}) {
  let sent: [string, string] = ['', ''];
  await answerRequest({ ...request, ...given }, act, async (...call) => {
    sent = call;
  });
  expect(sent[0]).toBe(request.ResponseURL);
  return JSON.parse(sent[1]) as Record<string, unknown>;
}

const ids = { StackId: 'arn:stack', RequestId: 'request-1', LogicalResourceId: 'Thing', PhysicalResourceId: 'Thing' };

test('what an action returns becomes the attributes', async () => {
  expect(await answerOf(async () => ({ Id: '1' }))).toEqual({ ...ids, Status: 'SUCCESS', Data: { Id: '1' } });
});

test('the resource keeps its physical id, or CloudFormation would delete the one before', async () => {
  expect(await answerOf(async () => ({}), { PhysicalResourceId: 'kept' })).toMatchObject({ PhysicalResourceId: 'kept' });
});

test('an error is an answer, too, of a length that CloudFormation accepts', async () => {
  const answer = await answerOf(async () => {
    throw new Error('x'.repeat(10_000));
  });
  expect(answer).toEqual({ ...ids, Status: 'FAILED', Reason: 'x'.repeat(1_000) });
});

test('the answer is a PUT without a content type, as the URL is signed for', async () => {
  const seen: unknown[] = [];
  const server = createServer((incoming, outgoing) => {
    let body = '';
    incoming.on('data', (part) => {
      body += part;
    });
    incoming.on('end', () => {
      seen.push([incoming.method, incoming.headers['content-type'] ?? '', JSON.parse(body).Status]);
      outgoing.writeHead(seen.length === 1 ? 200 : 403).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const ResponseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer`;
  await answerRequest({ ...request, ResponseURL }, async () => ({}));
  await expect(answerRequest({ ...request, ResponseURL }, async () => ({}))).rejects.toThrow(
    'CloudFormation did not accept the answer: 403',
  );
  await new Promise((resolve) => server.close(resolve));
  expect(seen).toEqual([
    ['PUT', '', 'SUCCESS'],
    ['PUT', '', 'SUCCESS'],
  ]);
});
